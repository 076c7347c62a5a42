using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Automat.Server.Machines;

namespace Automat.Server.Vends;

/// <summary>
/// A command is about to be handed to its machine. Written down before the machine hears of it, so that a crash leaves a
/// doubt and never a surprise.
/// </summary>
/// <param name="told">The command as it was found waiting.</param>
/// <param name="node">Who hands it over; null when the machine fetches it.</param>
/// <param name="terms">The driver's terms.</param>
/// <param name="signals">Who to wake.</param>
internal sealed class BeginDelivery(MachineCommand told, int? node, DeliveryTerms terms, VendSignals signals)
    : JournalCommand<HandOverTurn>
{
    /// <summary>Of two who try the same attempt only one may go, so each try is its own.</summary>
    public override string Key { get; } = $"begin:{told.Id}:{told.Attempts}:{Guid.CreateVersion7()}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<CommandRows>().Ask(told.Id);
        rows.Of<VendRows>().Ask(told.VendId!.Value);
        rows.Of<MachineTurns>().Ask(told.MachineId);
    }

    public override HandOverTurn Decide(JournalRows rows, DateTimeOffset now)
    {
        var book = new VendBook(rows, now, signals);
        var sale = book.Find(told.VendId!.Value);
        if (!rows.Of<CommandRows>().TryGet(told.Id, out var command) || command.State is not CommandState.Waiting)
        {
            return HandOverTurn.Never;
        }

        if (sale.Status is not (VendStatus.Reserved or VendStatus.Delivering))
        {
            // Settled meanwhile, such as by a refund made at the provider: there is nothing left to deliver.
            rows.Of<CommandRows>().Put(command with { State = CommandState.Expired, Outcome = "called_off" });
            return HandOverTurn.Never;
        }

        if (now >= command.Deadline) return HandOverTurn.Never;
        if (rows.Of<MachineTurns>().IsInterrupted(command.MachineId, now)) return HandOverTurn.NotNow;

        book.Keep(VendRules.Start(sale, now, AnswerBy(sale, now)), "");
        rows.Of<CommandRows>().Put(command with
        {
            State = CommandState.Sending,
            Attempts = command.Attempts + 1,
            SentAt = now,
            SentBy = node,
        });
        return HandOverTurn.Go;
    }

    /// <summary>
    /// Nobody waits for a machine that fetches: its sale is looked at when it should have answered. A command that is tried
    /// again by a node keeps the deadline of its sale, so that it ends.
    /// </summary>
    private DateTimeOffset AnswerBy(Vend sale, DateTimeOffset now)
    {
        if (node is null) return now + terms.FetchedAnswerWithin;
        var answerBy = now + terms.AnswerWithin;
        return answerBy > sale.Deadline ? answerBy : sale.Deadline;
    }
}

/// <summary>The machine, or its silence, told what became of a command.</summary>
/// <param name="command">The command as it was handed over.</param>
/// <param name="outcome">What became of it.</param>
/// <param name="evidence">How we know, in a stable word.</param>
/// <param name="terms">The driver's terms.</param>
/// <param name="signals">Who to wake.</param>
internal sealed class EndDelivery(
    MachineCommand command, DeliveryOutcome outcome, string evidence, DeliveryTerms terms, VendSignals signals)
    : JournalCommand<VendStatus>
{
    private Id<Vend> Sale => command.VendId!.Value;

    public override string Key => $"end:{command.Id}:{command.Attempts}:{outcome}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<CommandRows>().Ask(command.Id);
        rows.Of<VendRows>().Ask(Sale);
    }

    public override void AskMore(JournalRows rows) => VendBook.AskToEnd(rows, Sale);

    public override VendStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        var book = new VendBook(rows, now, signals);
        var vend = book.Find(Sale);
        if (!rows.Of<CommandRows>().TryGet(command.Id, out var current)) current = command;
        var told = outcome is DeliveryOutcome.Delivered or DeliveryOutcome.Refused;
        // The machine has spoken meanwhile, or another node has it in hand: what this one does not know is no news.
        var over = current.State is not CommandState.Sending || current.Attempts != command.Attempts;
        if (!told && over) return vend.Status;
        var (change, state) = outcome switch
        {
            // A door that was opened has delivered nothing yet: the sale waits for its basket.
            DeliveryOutcome.Delivered when vend.Tender.Kind is TenderKind.Authorised && vend.Lines.Count == 0 =>
                (VendChange.Nothing(vend), CommandState.Done),
            DeliveryOutcome.Delivered => (SettleVend.Commit(rows, vend, now), CommandState.Done),
            DeliveryOutcome.Refused => (VendRules.Cancel(vend, evidence, now), CommandState.Failed),
            DeliveryOutcome.Unknown => (VendRules.Doubt(vend, evidence, now + terms.DecideWithin), CommandState.Doubtful),
            DeliveryOutcome.NotSent or DeliveryOutcome.MaybeSent => (VendChange.Nothing(vend), CommandState.Waiting),
        };
        Goods.Follow(rows, vend, change);
        rows.Of<CommandRows>().Put(current with
        {
            State = state,
            Outcome = evidence,
            SentAt = outcome is DeliveryOutcome.NotSent ? null : current.SentAt,
            AcknowledgedAt = told ? now : current.AcknowledgedAt,
        });
        return book.Keep(change, evidence).Status;
    }
}
