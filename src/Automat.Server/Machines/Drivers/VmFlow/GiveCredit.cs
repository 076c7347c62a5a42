using System.Globalization;
using System.Text.Json;
using Automat.Domain;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>
/// One sale over a board: ask how it is, give exactly one credit of exactly the price, and watch what becomes of it. Never two
/// credits at a time: the board drops the second, and confirms it all the same.
/// </summary>
internal sealed class GiveCredit(Boards boards, CreditBook book, TimeProvider clock, ILogger<GiveCredit> log)
{
    public async Task<DeliveryResult> RunAsync(Machine machine, MachineCommand command, CancellationToken ct)
    {
        var settings = boards.SettingsOf(machine);
        var payload = JsonSerializer.Deserialize<DeliveryPayload>(command.Payload)!;
        var price = new Money(payload.Amount, machine.Currency);
        if (payload.Quantity != 1 || settings.IsLegacy || MdbUnits.CreditOf(price, settings) is not { } credit)
        {
            return new DeliveryResult(DeliveryOutcome.Refused, "machine_refused");
        }

        var board = boards.Of(machine.Id);
        // What it answers clears up an earlier doubt, or begins to take the earlier credit back.
        if (await boards.AskAsync(machine, ct) is not { } before) return NotSent("machine_offline");
        if (!before.IsReady || board.IsWatched || await IsOutstandingAsync(machine, command, ct))
        {
            return NotSent("machine_busy");
        }

        board.IsWatched = true;
        try
        {
            return await GiveAsync(machine, command, credit, before, ct);
        }
        finally
        {
            board.IsWatched = false;
        }
    }

    /// <summary>A credit in doubt may still be in its session or lie in the board, such as after a restart of the server.</summary>
    private async Task<bool> IsOutstandingAsync(Machine machine, MachineCommand command, CancellationToken ct) =>
        (await book.OpenAsync(machine.Id, ct)).Any(c => c.CommandId != command.Id);

    private async Task<DeliveryResult> GiveAsync(
        Machine machine, MachineCommand command, BoardCredit credit, BoardInfo before, CancellationToken ct)
    {
        var board = boards.Of(machine.Id);
        var given = new GivenCredit(credit.Units, clock.GetUtcNow().ToUniversalTime(), before.LastSuccess, before.StartedAt.ToUniversalTime());
        await book.KeepAsync(
            new CreditRow
            {
                CommandId = command.Id,
                OrganizationId = machine.OrganizationId,
                MachineId = machine.Id,
                Units = given.Units,
                SentAt = given.SentAt,
                SuccessBefore = given.SuccessBefore,
                BoardStartedAt = given.BoardStartedAt,
            }, ct);
        board.MayBeInDoubt = true;
        // Before it is told: what it says at once is not missed.
        var (confirmed, failed) = (board.Confirmations.Task, board.Failures.Task);
        var handover = await boards.TellAsync(
            machine, "credit", credit.Cents.ToString(CultureInfo.InvariantCulture), ct);
        if (handover is MqttHandover.NotSent)
        {
            await book.EndAsync(command.Id, "not_sent");
            return NotSent("machine_offline");
        }

        var verdict = await WatchAsync(machine, new CreditWatch(given, boards.SettingsOf(machine)), confirmed, failed, ct);
        if (verdict.Fate is CreditFate.NotBegun) verdict = await TakeBackAsync(machine, given, verdict, ct);
        log.LogInformation("Credit {Command} of machine {Machine} ended: {Fate}, {Evidence}",
            command.Id, machine.Id, verdict.Fate, verdict.Evidence);
        // A board that was reset or saw no success in its vend knows no more than it said: asked later it would say that nothing
        // came out, which is not known.
        if (verdict.Fate is not CreditFate.Unknown || verdict.Evidence is "machine_reset" or "no_evidence")
        {
            await book.EndAsync(command.Id, verdict.Evidence);
        }

        board.MayHaveForgotten |= verdict.Fate is CreditFate.Unknown;
        return new DeliveryResult(
            verdict.Fate switch
            {
                CreditFate.Vended => DeliveryOutcome.Delivered,
                CreditFate.NotVended => DeliveryOutcome.Refused,
                CreditFate.Open or CreditFate.NotBegun or CreditFate.Unknown => DeliveryOutcome.Unknown,
            }, verdict.Evidence);
    }

    private async Task<CreditVerdict> WatchAsync(
        Machine machine, CreditWatch watch, Task<bool> confirmed, Task<FailLine> failed, CancellationToken ct)
    {
        var board = boards.Of(machine.Id);
        var pause = TimeSpan.FromMilliseconds(boards.SettingsOf(machine).WatchTenths * 100);
        while (true)
        {
            await Task.WhenAny(failed, Task.Delay(pause, clock, ct));
            ct.ThrowIfCancellationRequested();
            if (confirmed.IsCompletedSuccessfully) watch.Confirmed();
            if (failed.IsCompletedSuccessfully)
            {
                var line = await failed;
                failed = board.Failures.Task;
                // It may be an older one that comes late: then it says nothing.
                if (watch.Failed(line) is { Fate: not CreditFate.Open } after) return after;
            }

            var verdict = await boards.AskAsync(machine, ct) is { } info ? watch.See(info) : watch.Silent(clock.GetUtcNow());
            if (verdict.Fate is not CreditFate.Open) return verdict;
        }
    }

    /// <summary>
    /// The session never began, and the credit may wait in the board for the machine to come back: for whoever stands there
    /// then. A restart forgets it; only then the money may go back.
    /// </summary>
    private async Task<CreditVerdict> TakeBackAsync(
        Machine machine, GivenCredit given, CreditVerdict verdict, CancellationToken ct) =>
        await boards.RestartedAsync(machine, given, ct)
            ? new CreditVerdict(CreditFate.NotVended, verdict.Evidence)
            : new CreditVerdict(CreditFate.Unknown, "no_answer");

    private static DeliveryResult NotSent(string evidence) => new(DeliveryOutcome.NotSent, evidence);
}
