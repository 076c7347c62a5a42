using System.Text.Json;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Jobs;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.Bulk;

/// <summary>
/// Does a job on chips, row by row. Each row is done as a whole or not at all and noted after; what a crash leaves between the
/// two is repeated under the same key and changes nothing.
/// </summary>
internal sealed class ChipJobWork(Journal.Journal journal, TimeProvider clock) : IJobWork
{
    private const int BatchSize = 200;

    public async Task<IReadOnlyList<RunningJob>> RunningAsync(AutomatDb db, CancellationToken ct)
    {
        var running = await db.Set<ChipJob>().AsNoTracking().Where(j => j.State == JobState.Running).OrderBy(j => j.Id).ToListAsync(ct);
        return [.. running.Select(j => new RunningJob(j.Id.Value, j.OrganizationId, j.ActorKind, j.Actor, j.OnBehalfOf))];
    }

    public async Task ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct)
    {
        var old = db.Set<ChipJob>().Where(j => j.State != JobState.Running && j.CreatedAt < before).Select(j => j.Id);
        await db.Set<ChipJobRow>().Where(r => old.Contains(r.JobId)).ExecuteDeleteAsync(ct);
    }

    public async Task<bool> GoOnAsync(RunningJob running, IServiceProvider services, CancellationToken ct)
    {
        var db = services.GetRequiredService<AutomatDb>();
        var id = new Id<ChipJob>(running.Id);
        if (await db.Set<ChipJob>().AsNoTracking().SingleOrDefaultAsync(j => j.Id == id && j.State == JobState.Running, ct) is not { } job)
            return false; // cancelled
        var rows = await db.Set<ChipJobRow>().AsNoTracking().Where(r => r.JobId == id && r.Fate == RowFate.Waiting)
            .OrderBy(r => r.Line).Take(BatchSize).ToListAsync(ct);
        if (rows.Count > 0)
        {
            await KeepAsync(db, await DoAsync(job, rows, services, ct), ct);
            return true;
        }

        var now = clock.GetUtcNow().ToUniversalTime();
        await db.Set<ChipJob>().Where(j => j.Id == id && j.State == JobState.Running).ExecuteUpdateAsync(
            set => set.SetProperty(j => j.State, JobState.Done).SetProperty(j => j.EndedAt, now), ct);
        return false;
    }

    private async Task<IReadOnlyList<ChipJobRow>> DoAsync(
        ChipJob job, List<ChipJobRow> rows, IServiceProvider services, CancellationToken ct)
    {
        var db = services.GetRequiredService<AutomatDb>();
        var by = AuditSignature.Of(services.GetRequiredService<Actor>());
        var currency = await db.Set<Organization>().Where(o => o.Id == job.OrganizationId).Select(o => o.Currency).SingleAsync(ct);
        if (job.Kind is JobKind.Import)
        {
            var groups = await db.Set<ChipGroup>().AsNoTracking().ToDictionaryAsync(g => g.Name, g => g.Id, ct);
            // All at once: the journal commits them together.
            return await Task.WhenAll(rows.Select(row => TryAsync(row, () => IssueAsync(job, row, groups, currency, by, ct))));
        }

        if (job.Kind is JobKind.TopUp)
        {
            return await Task.WhenAll(rows.Select(row => TryAsync(row, async () =>
            {
                await journal.ExecuteAsync(
                    new BookTopUp(
                        row.ChipId!.Value, new Money(job.Amount, currency), CreditSource.Desk, job.Reason ?? "", $"job:{job.Id}:{row.Line}", by)
                    {
                        Organization = job.OrganizationId,
                    }, ct);
                return row.ChipId;
            })));
        }

        var change = services.GetRequiredService<ChangeChip>();
        var state = job.Kind switch
        {
            JobKind.Lock => "locked",
            JobKind.Unlock => "active",
            _ => "retired",
        };
        var done = new List<ChipJobRow>(rows.Count);
        foreach (var row in rows)
        {
            done.Add(await TryAsync(row, async () =>
            {
                await change.RunAsync(job.OrganizationId, row.ChipId!.Value, new ChangeChipRequest(State: state, Reason: job.Reason), ct);
                return row.ChipId;
            }));
        }

        return done;
    }

    private async Task<Id<Chip>?> IssueAsync(
        ChipJob job, ChipJobRow row, Dictionary<string, Id<ChipGroup>> groups, Currency currency, AuditSignature by, CancellationToken ct)
    {
        var request = JsonSerializer.Deserialize<IssueChipRequest>(row.Content!, LimitsBody.Stored)!;
        Id<ChipGroup>? group = null;
        if (!string.IsNullOrEmpty(request.Group))
        {
            group = groups.TryGetValue(request.Group, out var known) ? known : throw new RuleException("group_unknown", "There is no such group any more.");
        }

        var chip = IssueChip.NewChip(job.OrganizationId, request, group, row.UidHash!, job.KeyVersion, clock.GetUtcNow());
        var issued = await journal.ExecuteAsync(
            new BookIssue(chip, [row.UidHash!], by, $"job:{job.Id}:{row.Line}", "")
            {
                Organization = job.OrganizationId,
                Holder = IssueChip.HolderOf(chip, request),
                TopUp = new Money(request.InitialTopUp ?? 0, currency),
                Source = CreditSource.Import,
            }, ct);
        return new Id<Chip>(issued.ChipId);
    }

    private static async Task<ChipJobRow> TryAsync(ChipJobRow row, Func<Task<Id<Chip>?>> work)
    {
        try
        {
            return row with { Fate = RowFate.Done, ChipId = await work() };
        }
        catch (RuleException refused) when (refused.Code is not ("journal_full" or "database_unreachable" or "shutting_down"))
        {
            return row with { Fate = RowFate.Refused, Message = refused.Message.Length <= 200 ? refused.Message : refused.Message[..200] };
        }
    }

    /// <summary>Notes what became of rows; what they said of people is the chips' from now on.</summary>
    private static async Task KeepAsync(AutomatDb db, IReadOnlyList<ChipJobRow> rows, CancellationToken ct)
    {
        db.ChangeTracker.Clear();
        foreach (var row in rows)
        {
            db.Update(row with { Content = null, Email = null, UidHash = null });
        }

        await db.SaveChangesAsync(ct);
    }
}
