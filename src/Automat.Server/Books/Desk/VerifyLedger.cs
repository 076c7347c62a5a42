using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Books.Desk;

/// <summary>
/// Looks through an organisation's whole ledger at somebody's word, beside everything else, and keeps how far it is and what it
/// found where every node can read it. A server that stops leaves the look unfinished, which shows.
/// </summary>
internal sealed class VerifyLedger(
    IServiceScopeFactory scopes, LedgerVerifier verifier, TimeProvider clock, IHostApplicationLifetime life, ILogger<VerifyLedger> log)
{
    /// <summary>Whoever looks is heard of more often than this.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromSeconds(20);

    private const int AtOnce = 2;
    private const int LongestReason = 500;

    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);

    private static readonly SemaphoreSlim Turns = new(AtOnce);

    /// <summary>Begins to look; while somebody already does, nothing more begins.</summary>
    /// <returns>Ends when the look has ended; null when somebody else already looks.</returns>
    public async Task<Task?> BeginAsync(AutomatDb db, Id<Organization> organization, string askedBy, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var check = await db.Set<LedgerCheck>().SingleOrDefaultAsync(c => c.OrganizationId == organization, ct);
        if (check is { EndedAt: null } && now - check.HeardAt < Silence) return null;
        var run = Guid.CreateVersion7(now);
        if (check is null) db.Add(check = new LedgerCheck { OrganizationId = organization, Run = run });
        (check.Run, check.StartedAt, check.HeardAt, check.EndedAt) = (run, now, now, null);
        (check.Entries, check.Last, check.Head, check.BrokenAt, check.Code, check.Reason) = (0, 0, [], null, null, null);
        check.AskedBy = askedBy;
        db.Note(organization, "ledger.verification_begun", "ledger", "entries");
        await db.SaveChangesAsync(ct);
        return Task.Run(() => RunAsync(organization, run, life.ApplicationStopping), CancellationToken.None);
    }

    private async Task RunAsync(Id<Organization> organization, Guid run, CancellationToken ct)
    {
        var at = new Progressed();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var telling = TellAsync(organization, run, at, over.Token);
        try
        {
            await Turns.WaitAsync(ct);
            try
            {
                await foreach (var verdict in verifier.VerifyAsync(new LedgerScope(organization.ToString()), at, ct))
                {
                    await over.CancelAsync();
                    await telling;
                    await EndAsync(organization, run, verdict, ct);
                }
            }
            finally
            {
                Turns.Release();
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // The server stops; the look shows as unfinished.
        }
        catch (Exception error)
        {
            log.LogError(error, "The ledger of {Organization} could not be looked through", organization);
        }
        finally
        {
            await over.CancelAsync();
            await telling;
        }
    }

    /// <summary>Says now and then how far it is.</summary>
    private async Task TellAsync(Id<Organization> organization, Guid run, Progressed at, CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Beat, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                await using var scope = scopes.CreateScopeOf(organization);
                var (now, entries, last) = (clock.GetUtcNow(), at.Sequence, at.Last);
                await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<LedgerCheck>().Where(c => c.Run == run)
                    .ExecuteUpdateAsync(
                        set => set.SetProperty(c => c.HeardAt, now).SetProperty(c => c.Entries, entries).SetProperty(c => c.Last, last), ct);
            }
        }
        catch (OperationCanceledException) when (ct.IsCancellationRequested)
        {
            // It has ended.
        }
        catch (Exception error)
        {
            log.LogWarning(error, "How far the look through the ledger of {Organization} is could not be kept", organization);
        }
    }

    private async Task EndAsync(Id<Organization> organization, Guid run, LedgerVerdict verdict, CancellationToken ct)
    {
        var (now, head, wrong) = (clock.GetUtcNow(), verdict.Head.ToArray(), verdict.Break);
        var reason = wrong?.Reason is { Length: > LongestReason } said ? said[..LongestReason] : wrong?.Reason;
        await using var scope = scopes.CreateScopeOf(organization);
        await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<LedgerCheck>().Where(c => c.Run == run)
            .ExecuteUpdateAsync(
                set => set.SetProperty(c => c.HeardAt, now).SetProperty(c => c.EndedAt, now).SetProperty(c => c.Entries, verdict.Entries)
                    .SetProperty(c => c.Last, c => Math.Max(c.Last, verdict.Entries)).SetProperty(c => c.Head, head)
                    .SetProperty(c => c.BrokenAt, wrong == null ? null : wrong.Sequence)
                    .SetProperty(c => c.Code, wrong == null ? null : wrong.Code).SetProperty(c => c.Reason, reason), ct);
        if (wrong is not null)
        {
            log.LogError(
                "The ledger of {Organization} is broken at {Row} ({Code}): {Reason}", organization,
                wrong.Sequence, wrong.Code, wrong.Reason);
        }
    }

    /// <summary>How far it is; heard on one thread, told on another.</summary>
    private sealed class Progressed : IProgress<LedgerProgress>
    {
        private long sequence;
        private long last;

        public long Sequence => Interlocked.Read(ref sequence);

        public long Last => Interlocked.Read(ref last);

        public void Report(LedgerProgress value)
        {
            Interlocked.Exchange(ref sequence, value.Sequence);
            Interlocked.Exchange(ref last, value.Last);
        }
    }
}
