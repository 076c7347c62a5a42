using Automat.Server.Data;
using Automat.Server.Jobs;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Catalog;

/// <summary>
/// Takes in a file of products batch by batch. Every batch looks at the range as it is then; a line that cannot be any more is
/// noted, and the others go on.
/// </summary>
internal sealed class ImportWork(TimeProvider clock) : IJobWork
{
    private const int BatchSize = 250;

    public async Task<IReadOnlyList<RunningJob>> RunningAsync(AutomatDb db, CancellationToken ct)
    {
        var running = await db.Set<ProductImport>().AsNoTracking().Where(i => i.State == JobState.Running).OrderBy(i => i.Id)
            .Select(i => new { i.Id, i.OrganizationId, i.ActorKind, i.Actor, i.OnBehalfOf }).ToListAsync(ct);
        return [.. running.Select(i => new RunningJob(i.Id.Value, i.OrganizationId, i.ActorKind, i.Actor, i.OnBehalfOf))];
    }

    public Task ForgetAsync(AutomatDb db, DateTimeOffset before, CancellationToken ct) =>
        db.Set<ProductImport>().Where(i => i.State != JobState.Running && i.CreatedAt < before).ExecuteDeleteAsync(ct);

    public async Task<bool> GoOnAsync(RunningJob job, IServiceProvider services, CancellationToken ct)
    {
        var db = services.GetRequiredService<AutomatDb>();
        var import = services.GetRequiredService<ImportProducts>();
        try
        {
            return await BatchAsync(db, import, job, BatchSize, null, ct);
        }
        catch (FieldsException)
        {
            db.ChangeTracker.Clear(); // one of them cannot be, as only the database has seen: it is found line by line
        }

        try
        {
            return await BatchAsync(db, import, job, 1, null, ct);
        }
        catch (FieldsException refused)
        {
            db.ChangeTracker.Clear();
            return await BatchAsync(db, import, job, 1, refused.Errors.Keys.First(), ct);
        }
    }

    /// <summary>Does so many lines, all of them or none.</summary>
    /// <param name="db">The organisation's rows.</param>
    /// <param name="import">The lines.</param>
    /// <param name="job">The job.</param>
    /// <param name="size">How many lines.</param>
    /// <param name="refusal">The field because of which they cannot be, when that is known: then they are only noted.</param>
    /// <param name="ct">Gives up.</param>
    private async Task<bool> BatchAsync(
        AutomatDb db, ImportProducts import, RunningJob job, int size, string? refusal, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockCatalogAsync(job.Organization, ct); // twice at once is once after the other, and the second finds it done
        if (await import.TryFindAsync(job.Organization, job.Id, ct) is not { State: JobState.Running } before) return false; // cancelled
        var lines = (await import.LookAsync(job.Organization, before.Text, ct)).Where(l => l.Line > before.LastLine).ToList();
        var batch = lines.Take(size).ToList();
        var (added, changed, faults) = refusal is { } why
            ? (0, 0, [.. batch.Select(l => new ImportFault(l.Line, l.Name, why))])
            : await import.DoAsync(job.Organization, batch, ct);
        var isLast = lines.Count <= batch.Count;
        var after = before.With(faults) with
        {
            LastLine = batch.Count > 0 ? batch[^1].Line : before.LastLine,
            Seen = before.Seen + batch.Count,
            Added = before.Added + added,
            Changed = before.Changed + changed,
            State = isLast ? JobState.Done : JobState.Running,
            DoneAt = isLast ? clock.GetUtcNow().ToUniversalTime() : null,
        };
        db.Replace(before, after);
        if (isLast) import.NoteEnd(after);
        await import.SaveAsync(ct);
        await transaction.CommitAsync(ct);
        return !isLast;
    }
}
