using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Journal;
using Automat.Server.Machines;

namespace Automat.Server.Vends;

/// <summary>
/// Ends a sale that waits and that nobody has begun to deliver. Handed over and called off exclude each other: whichever comes
/// first holds, and the other is refused, so that nobody gets both the goods and the money.
/// </summary>
/// <param name="id">The sale.</param>
/// <param name="handedOver">Whether the goods are with the customer; else the money goes back.</param>
/// <param name="reason">Why, in a stable word.</param>
/// <param name="signals">Who to wake.</param>
internal sealed class EndWaitingSale(Id<Vend> id, bool handedOver, string reason, VendSignals signals) : JournalCommand<VendStatus>
{
    /// <summary>The sale's command, which waits with it.</summary>
    public Id<MachineCommand>? Command { get; init; }

    /// <summary>Writes down who decided it, when somebody of the staff did.</summary>
    public Action<AuditRows, DateTimeOffset>? Note { get; init; }

    public override string Key => $"waiting:{id}:{(handedOver ? "handed_over" : "called_off")}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<VendRows>().Ask(id);
        if (Command is { } command) rows.Of<CommandRows>().Ask(command);
    }

    public override void AskMore(JournalRows rows) => VendBook.AskToEnd(rows, id);

    public override VendStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        var book = new VendBook(rows, now, signals);
        var vend = book.Find(id);
        if (vend.Status is not VendStatus.Reserved)
        {
            throw VendLife.IsOpen(vend.Status)
                ? new RuleException("sale_begun", $"Vend {id} is being delivered; its end has to be waited for.")
                : new RuleException("sale_ended", $"Vend {id} has ended already.");
        }

        // Its time is over: the sweep is about to give the money back, and must not find the goods gone.
        if (handedOver && now >= vend.Deadline) throw new RuleException("sale_ended", $"The time of vend {id} is over.");
        var change = handedOver ? SettleVend.Commit(rows, vend, now) : VendRules.Cancel(vend, reason, now);
        Goods.Follow(rows, vend, change);
        SettleVend.CallOff(rows, Command, change.Vend, reason);
        Note?.Invoke(rows.Of<AuditRows>(), now);
        return book.Keep(change, reason).Status;
    }
}
