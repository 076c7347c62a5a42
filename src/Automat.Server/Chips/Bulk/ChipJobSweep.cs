using System.Text.Json;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.Bulk;

/// <summary>
/// Does what was confirmed, row by row. Each row is done as a whole or not at all and noted after; what a crash leaves between
/// the two is repeated under the same key and changes nothing. Two nodes at one job only do each other's work.
/// </summary>
internal sealed class ChipJobSweep(
    IServiceScopeFactory scopes, Journal.Journal journal, TimeProvider clock, ILogger<ChipJobSweep> log) : BackgroundService
{
    private const int BatchSize = 200;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Jobs nobody confirmed and rows that are done tell nothing after a while.
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunLaterAsync(
        clock, Interval, SweepAsync,
        error => log.LogError(error, "A job on chips could not go on; tried again"), stoppingToken);

    private async Task SweepAsync(CancellationToken ct)
    {
        List<ChipJob> running;
        await using (var scope = scopes.CreateScopeAcross("jobs on chips of all go on"))
        {
            var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
            running = await db.Set<ChipJob>().AsNoTracking().Where(j => j.State == JobState.Running).OrderBy(j => j.Id).ToListAsync(ct);
            var before = clock.GetUtcNow().ToUniversalTime() - KeptFor;
            var old = db.Set<ChipJob>().Where(j => j.State != JobState.Running && j.CreatedAt < before).Select(j => j.Id);
            await db.Set<ChipJobRow>().Where(r => old.Contains(r.JobId)).ExecuteDeleteAsync(ct);
        }

        foreach (var job in running) await GoOnAsync(job, ct);
    }

    private async Task GoOnAsync(ChipJob job, CancellationToken ct)
    {
        while (true)
        {
            await using var scope = scopes.CreateScopeOf(job.OrganizationId);
            scope.ServiceProvider.GetRequiredService<Actor>().Is(job.ActorKind, job.Actor, job.OnBehalfOf);
            var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
            if (!await db.Set<ChipJob>().AnyAsync(j => j.Id == job.Id && j.State == JobState.Running, ct)) return; // cancelled
            var rows = await db.Set<ChipJobRow>().AsNoTracking().Where(r => r.JobId == job.Id && r.Fate == RowFate.Waiting)
                .OrderBy(r => r.Line).Take(BatchSize).ToListAsync(ct);
            if (rows.Count == 0)
            {
                var now = clock.GetUtcNow().ToUniversalTime();
                await db.Set<ChipJob>().Where(j => j.Id == job.Id && j.State == JobState.Running).ExecuteUpdateAsync(
                    set => set.SetProperty(j => j.State, JobState.Done).SetProperty(j => j.EndedAt, now), ct);
                return;
            }

            await KeepAsync(db, await DoAsync(job, rows, scope.ServiceProvider, ct), ct);
        }
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
