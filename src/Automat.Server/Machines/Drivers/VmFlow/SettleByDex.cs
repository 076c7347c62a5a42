using Automat.Domain;
using Automat.Server.Vends;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>
/// Clears up a credit the board forgot when it restarted, by the machine's own counter: the only doubt, exactly its price, and
/// nothing the books do not know. Anything else stays a doubt, for staff or the machine's policy.
/// </summary>
internal sealed class SettleByDex(
    IServiceProvider services, Boards boards, CreditBook book, LoneDoubts doubts, ILogger<SettleByDex> log) : IDexFollower
{
    private const string Evidence = "dex_da2";

    private readonly Lazy<MachineCommands> commands = new(services.GetRequiredService<MachineCommands>);

    public async Task FollowAsync(Machine machine, IReadOnlyList<CardReading> readings, CancellationToken ct)
    {
        if (machine.Driver != VmFlowDriver.DriverName || !boards.SettingsOf(machine).ReadsDex) return;
        if (await doubts.FindAsync(machine, ct) is not { Pieces: 1 } doubt) return;
        if (await book.LostAsync(doubt.Command, ct) is not { } lost) return;
        var over = CreditWatch.OverBy(lost.Credit, boards.SettingsOf(machine));
        if (CardProof.Of(readings, lost.Credit, over, lost.DexAskedAt) is not { } span) return;
        var besides = await doubts.BetweenAsync(
            machine, doubt, (span.Before.At - CardProof.UnderWay, span.Before.At), (lost.DexAskedAt!.Value, span.After.At), ct);
        if (besides is null || CardProof.Judge(span, besides.Count, besides.Value, doubt.Price) is not { } outcome)
        {
            log.LogInformation("Audit data of machine {Machine} does not tell what became of {Command}", machine.Id, doubt.Command);
            return;
        }

        try
        {
            await commands.Value.AnswerAsync(machine, doubt.Command, outcome, Evidence, ct);
            log.LogInformation("Audit data of machine {Machine} tells of {Command}: {Outcome}", machine.Id, doubt.Command, outcome);
        }
        catch (RuleException settled) when (settled.Code is "command_unknown" or "command_not_taken" or "vend_status")
        {
            // Settled the other way meanwhile: nothing follows from it.
        }
    }
}
