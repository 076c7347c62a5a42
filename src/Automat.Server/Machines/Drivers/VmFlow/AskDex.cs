namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>
/// Asks boards for their machines' audit data: now and then, so that there is a reading to hold a later one against, and once
/// when a board is back that forgot what became of a credit. Never while somebody may be buying.
/// </summary>
internal sealed class AskDex(Boards boards, CreditBook book, ReportLog reports, TimeProvider clock)
{
    /// <summary>Asks now; doubts of before are held against what comes.</summary>
    public async Task NowAsync(Machine machine, CancellationToken ct)
    {
        boards.Of(machine.Id).DexAskedAt = clock.GetUtcNow();
        await book.DexAskedAsync(machine.Id, clock.GetUtcNow(), ct); // first: what comes is never older than the question
        await boards.TellAsync(machine, "dex", SignedText.NoArgument, ct);
    }

    /// <summary>Asks when it is time.</summary>
    public async Task LookAsync(Machine machine, CancellationToken ct)
    {
        var (board, settings) = (boards.Of(machine.Id), boards.SettingsOf(machine));
        if (settings.IsLegacy || !settings.ReadsDex || board.IsWatched || board.State is not ReaderState.Enabled) return;
        if (board.MayHaveForgotten && await IsDoubtAsync(machine, board, settings, ct))
        {
            await NowAsync(machine, ct);
            return;
        }

        if (settings.DexHours == 0) return;
        var pause = TimeSpan.FromHours(settings.DexHours);
        board.DexAskedAt ??= await reports.LastDexAsync(machine.Id, ct) ?? DateTimeOffset.MinValue;
        if (clock.GetUtcNow() - board.DexAskedAt >= pause) await NowAsync(machine, ct);
    }

    /// <summary>A credit was forgotten, its session is over, and nobody has asked since then.</summary>
    private async Task<bool> IsDoubtAsync(Machine machine, Board board, VmFlowSettings settings, CancellationToken ct)
    {
        var lost = (await book.LostSinceAsync(machine.Id, clock.GetUtcNow() - LongestDoubt, ct))
            .Where(l => l.DexAskedAt is not { } asked || asked < CreditWatch.OverBy(l.Credit, settings)).ToList();
        board.MayHaveForgotten = lost.Count > 0;
        return lost.Count > 0 && lost.All(l => CreditWatch.OverBy(l.Credit, settings) < clock.GetUtcNow());
    }

    private static readonly TimeSpan LongestDoubt = TimeSpan.FromDays(7);
}
