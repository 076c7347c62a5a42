using Automat.Domain;
using Automat.Server.Journal;
using Automat.Server.Machines;

namespace Automat.Server.Vends;

/// <summary>Writes down what a machine is to do.</summary>
internal sealed class IssueCommand(MachineCommand command, VendSignals signals) : JournalCommand<Guid>
{
    public override string Key => $"issue:{command.Id}";

    public override Guid Decide(JournalRows rows, DateTimeOffset now)
    {
        rows.Of<CommandRows>().Put(command with { CreatedAt = now });
        rows.Tell(() => signals.LaneReady(command.MachineId));
        return command.Id.Value;
    }
}

/// <summary>
/// A command that moves no money, or one that was fetched before, is about to be handed over. Never after its deadline, only
/// so often, and never during a sale unless forced.
/// </summary>
/// <param name="command">The command as it was found.</param>
/// <param name="node">Who hands it over; null when the machine fetches it.</param>
/// <param name="mostAttempts">So often at the most.</param>
internal sealed class BeginCommand(MachineCommand command, int? node, int mostAttempts) : JournalCommand<HandOverTurn>
{
    /// <summary>Of two who try the same attempt only one may go, so each try is its own.</summary>
    public override string Key { get; } = $"begin:{command.Id}:{command.Attempts}:{Guid.CreateVersion7()}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<CommandRows>().Ask(command.Id);
        rows.Of<MachineTurns>().Ask(command.MachineId);
    }

    public override HandOverTurn Decide(JournalRows rows, DateTimeOffset now)
    {
        var all = rows.Of<CommandRows>();
        if (!all.TryGet(command.Id, out var current) || current.Attempts >= mostAttempts || now >= current.Deadline
            || current.Attempts != command.Attempts || current.State is not (CommandState.Waiting or CommandState.Sending))
        {
            return HandOverTurn.Never;
        }

        var first = current is { State: CommandState.Waiting, VendId: null };
        var turns = rows.Of<MachineTurns>();
        if (first && !current.Forced && turns.IsBuying(current.MachineId)) return HandOverTurn.NotNow;
        var sent = current with
        {
            State = CommandState.Sending,
            Attempts = current.Attempts + 1,
            SentAt = now,
            SentBy = node,
        };
        all.Put(sent);
        turns.Follow(sent);
        return HandOverTurn.Go;
    }
}

/// <summary>What became of a command that moves no money.</summary>
internal sealed class EndCommand(MachineCommand command, DeliveryOutcome outcome, string evidence, VendSignals signals)
    : JournalCommand<bool>
{
    public override string Key => $"end:{command.Id}:{command.Attempts}:{outcome}";

    public override void Ask(JournalRows rows) => rows.Of<CommandRows>().Ask(command.Id);

    /// <summary>Whether this was news.</summary>
    public override bool Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<CommandRows>().TryGet(command.Id, out var current)) return false;
        if (current.State is CommandState.Done or CommandState.Failed) return false;
        var told = outcome is DeliveryOutcome.Delivered or DeliveryOutcome.Refused;
        var over = now >= current.Deadline;
        if (!told && (current.State is CommandState.Doubtful or CommandState.Expired || current.Attempts != command.Attempts))
        {
            return false;
        }

        var ended = current with
        {
            State = outcome switch
            {
                DeliveryOutcome.Delivered => CommandState.Done,
                DeliveryOutcome.Refused => CommandState.Failed,
                DeliveryOutcome.NotSent => over ? CommandState.Expired : CommandState.Waiting,
                DeliveryOutcome.MaybeSent => over ? CommandState.Doubtful : CommandState.Waiting,
                DeliveryOutcome.Unknown => CommandState.Doubtful,
            },
            Outcome = evidence,
            AcknowledgedAt = told ? now : current.AcknowledgedAt,
        };
        rows.Of<CommandRows>().Put(ended);
        rows.Of<MachineTurns>().Follow(ended);
        rows.Tell(() => signals.LaneReady(command.MachineId)); // a sale may have waited for it
        return true;
    }
}

/// <summary>
/// Ends a command by staff or by its deadline: one that was never handed over will not be, one that was and got no answer
/// stays a doubt.
/// </summary>
internal sealed class DropCommand(Id<MachineCommand> id, string reason, bool onlyWaiting) : JournalCommand<bool>
{
    public override string Key { get; } = $"drop:{id}:{Guid.CreateVersion7()}";

    public override void Ask(JournalRows rows) => rows.Of<CommandRows>().Ask(id);

    /// <summary>Whether it was ended.</summary>
    public override bool Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<CommandRows>().TryGet(id, out var current)) return false;
        if (current.State is not (CommandState.Waiting or CommandState.Sending)) return false;
        if (onlyWaiting && current.State is CommandState.Sending) return false;
        if (!onlyWaiting && now < current.Deadline) return false;
        var ended = current with
        {
            State = current.State is CommandState.Sending || current.SentAt is not null ? CommandState.Doubtful : CommandState.Expired,
            Outcome = current.State is CommandState.Sending ? "no_answer" : reason,
        };
        rows.Of<CommandRows>().Put(ended);
        rows.Of<MachineTurns>().Follow(ended);
        return true;
    }
}
