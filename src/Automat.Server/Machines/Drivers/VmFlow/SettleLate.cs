using Automat.Domain;
using Automat.Server.Vends;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>
/// A credit whose sale is in doubt, such as after a restart of the server: what the board says of itself later may still tell.
/// After a restart of the board it cannot any more; then audit data, staff or the machine's policy decide.
/// </summary>
internal sealed class SettleLate(IServiceProvider services, Boards boards, CreditBook book, ILogger<SettleLate> log)
{
    private readonly Lazy<MachineCommands> commands = new(services.GetRequiredService<MachineCommands>);

    /// <summary>A board said how it is while nobody watched a credit.</summary>
    public async Task HeardAsync(Machine machine, BoardInfo info, CancellationToken ct)
    {
        var board = boards.Of(machine.Id);
        if (board.IsWatched || !board.MayBeInDoubt) return;
        var open = await book.OpenAsync(machine.Id, ct);
        if (open.Count == 0)
        {
            board.MayBeInDoubt = false;
            return;
        }

        // One that is not the newest has had its time: what the board tells now is of the newest.
        foreach (var lost in open.Where(c => c != open[0] || (c.Credit.HasRestarted(info) && c.Credit != board.TakenBack)))
        {
            await book.EndAsync(lost.CommandId, lost.Credit.HasRestarted(info) ? "board_restarted" : "no_evidence");
            board.MayHaveForgotten = true; // its machine's counters may still tell
        }

        var row = open[0];
        if (row.Credit.HasRestarted(info))
        {
            // The restart was ours, only later than it was waited for: before it nothing had come out, after it nothing can.
            if (row.Credit == board.TakenBack) await EndAsync(machine, row, DeliveryOutcome.Refused, "no_vend", ct);
            return;
        }

        var over = CreditWatch.OverBy(row.Credit, boards.SettingsOf(machine));
        if (row.Credit.HasVended(info))
        {
            // Later than its session it was somebody else's, such as over Bluetooth.
            if (info.LastSuccess <= over.ToUnixTimeSeconds()) await EndAsync(machine, row, DeliveryOutcome.Delivered, row.Credit.EvidenceOf(info), ct);
            else await ForgetAsync(board, row);
        }
        else if (info.State is ReaderState.Enabled && info.HeardAt >= over)
        {
            // Nothing came out, and nothing shall: the credit may lie in the board still.
            board.IsWatched = true;
            _ = TakeBackAsync(machine, row);
        }
    }

    /// <summary>A board told of a failed vend while nobody watched.</summary>
    public async Task FailedAsync(Machine machine, FailLine failed, CancellationToken ct)
    {
        var board = boards.Of(machine.Id);
        if (board.IsWatched || !board.MayBeInDoubt) return;
        if (await book.OpenAsync(machine.Id, ct) is not [var row, ..]) return;
        var over = CreditWatch.OverBy(row.Credit, boards.SettingsOf(machine));
        if (!row.Credit.HasFailed(failed) || failed.At > over.ToUnixTimeSeconds() || failed.Units < row.Units) return;
        await EndAsync(machine, row, DeliveryOutcome.Refused, "vend_failed", ct);
    }

    private async Task ForgetAsync(Board board, CreditRow row)
    {
        await book.EndAsync(row.CommandId, "no_evidence");
        board.MayHaveForgotten = true;
    }

    /// <summary>Not waited for by who heard the board: its answer comes over the same connection.</summary>
    private async Task TakeBackAsync(Machine machine, CreditRow row)
    {
        try
        {
            if (await boards.RestartedAsync(machine, row.Credit, CancellationToken.None))
            {
                await EndAsync(machine, row, DeliveryOutcome.Refused, "no_vend", CancellationToken.None);
            }
        }
        catch (Exception error)
        {
            log.LogWarning(error, "A credit of machine {Machine} could not be taken back; tried again", machine.Id);
        }
        finally
        {
            boards.Of(machine.Id).IsWatched = false;
        }
    }

    private async Task EndAsync(
        Machine machine, CreditRow row, DeliveryOutcome outcome, string evidence, CancellationToken ct)
    {
        try
        {
            await commands.Value.AnswerAsync(machine, row.CommandId, outcome, evidence, ct);
        }
        catch (RuleException settled) when (settled.Code is "command_unknown" or "command_not_taken" or "vend_status")
        {
            // Settled the other way meanwhile: nothing follows from it.
        }

        await book.EndAsync(row.CommandId, evidence);
        log.LogInformation("Credit {Command} of machine {Machine} was cleared up later: {Evidence}", row.CommandId, machine.Id, evidence);
    }
}
