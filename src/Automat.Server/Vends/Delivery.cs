using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Automat.Server.Machines;

namespace Automat.Server.Vends;

/// <summary>
/// A command is about to be handed to its machine. Written down before the machine hears of it, so that a crash leaves a
/// doubt and never a surprise.
/// </summary>
/// <param name="id">The command.</param>
/// <param name="vend">Its sale.</param>
/// <param name="attempt">Which attempt this is.</param>
/// <param name="terms">The driver's terms.</param>
/// <param name="signals">Who to wake.</param>
internal sealed class BeginDelivery(
    Id<MachineCommand> id, Id<Vend> vend, int attempt, DeliveryTerms terms, VendSignals signals) : JournalCommand<bool>
{
    public override string Key => $"begin:{id}:{attempt}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<CommandRows>().Ask(id);
        rows.Of<VendRows>().Ask(vend);
    }

    /// <summary>Whether the command may be handed over.</summary>
    public override bool Decide(JournalRows rows, DateTimeOffset now)
    {
        var book = new VendBook(rows, now, signals);
        var sale = book.Find(vend);
        if (!rows.Of<CommandRows>().TryGet(id, out var command) || command.State is not CommandState.Waiting) return false;
        if (sale.Status is not (VendStatus.Reserved or VendStatus.Delivering))
        {
            // Settled meanwhile, such as by a refund made at the provider: there is nothing left to deliver.
            rows.Of<CommandRows>().Put(command with { State = CommandState.Expired, Outcome = "called_off" });
            return false;
        }

        if (now >= command.Deadline) return false;

        // A command that is tried again keeps the deadline of its sale, so that it ends.
        var answerBy = now + terms.AnswerWithin;
        book.Keep(VendRules.Start(sale, now, answerBy > sale.Deadline ? answerBy : sale.Deadline), "");
        rows.Of<CommandRows>().Put(
            command with { State = CommandState.Sending, Attempts = command.Attempts + 1, SentAt = now });
        return true;
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

    public override void AskMore(JournalRows rows)
    {
        if (!rows.Of<VendRows>().TryGet(Sale, out var vend)) return;
        Goods.Ask(rows, vend.Machine, vend.Lines);
        rows.AskBalance(vend.Organization, vend.Tender.Account, vend.Amount.Currency); // a late delivery is charged again
    }

    public override VendStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        var book = new VendBook(rows, now, signals);
        var vend = book.Find(Sale);
        if (!rows.Of<CommandRows>().TryGet(command.Id, out var current)) current = command;
        var (change, state) = outcome switch
        {
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
            AcknowledgedAt = outcome is DeliveryOutcome.Delivered or DeliveryOutcome.Refused ? now : current.AcknowledgedAt,
        });
        return book.Keep(change, evidence).Status;
    }
}
