using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Payments;

namespace Automat.Server.Vends;

/// <summary>
/// The sale's door for whoever decided to give money back: their own journal command asks for the sale here and has it
/// changed here, so that the decision and the booking are one.
/// </summary>
public sealed class VendRefunds
{
    private readonly VendSignals signals;

    /// <summary>Made by the container.</summary>
    public VendRefunds(IServiceProvider services) => signals = services.GetRequiredService<VendSignals>();

    /// <summary>Asks for the sale, and for its machine's command where the sale may still be open.</summary>
    public static void Ask(JournalRows rows, Id<Vend> id, Id<MachineCommand>? command = null)
    {
        rows.Of<VendRows>().Ask(id);
        rows.Of<HoldRows>().Ask(id); // where it was paid by one, it may have been paid in parts
        rows.Of<SaleDebts>().Ask(id);
        if (command is { } known) rows.Of<CommandRows>().Ask(known);
    }

    /// <summary>Asks for what ending an open sale moves, and for what paid for it.</summary>
    public static void AskMore(JournalRows rows, Id<Vend> id)
    {
        VendBook.AskToEnd(rows, id);
        AskPayments(rows, id);
    }

    /// <summary>Asks for what paid for a sale: money goes back over each payment.</summary>
    public static void AskPayments(JournalRows rows, Id<Vend> id) => HoldBook.AskPayments(rows, id);

    /// <summary>The sale, as the commands so far have left it.</summary>
    /// <exception cref="RuleException"><c>vend_unknown</c>, also for another organisation's.</exception>
    public static Vend Find(JournalRows rows, Id<Organization> organization, Id<Vend> id) =>
        TryFind(rows, organization, id) ?? throw new RuleException("vend_unknown", $"There is no vend {id}.");

    /// <summary>The sale, as the commands so far have left it; null when there is none, also for another organisation's.</summary>
    public static Vend? TryFind(JournalRows rows, Id<Organization> organization, Id<Vend> id) =>
        rows.Of<VendRows>().TryGet(id, out var vend) && vend.Organization == organization ? vend : null;

    /// <summary>Gives money of a delivered sale back to its tender; what a provider owes, it is asked for.</summary>
    /// <exception cref="RuleException"><c>vend_status</c>, <c>amount_invalid</c>, <c>refund_above_rest</c>.</exception>
    public Vend Refund(JournalRows rows, Vend vend, long amount, string reason, DateTimeOffset now, string? to = null) =>
        new VendBook(rows, now, signals).KeepRefund(VendRules.Refund(vend, amount, reason, to), reason);

    /// <summary>Ends a doubt: nothing came out, and all that is held goes back.</summary>
    /// <exception cref="RuleException"><c>vend_status</c> once it was delivered.</exception>
    public Vend GiveUp(JournalRows rows, Vend vend, Id<MachineCommand>? command, string reason, DateTimeOffset now)
    {
        var change = VendRules.Cancel(vend, reason, now);
        Goods.Follow(rows, vend, change);
        if (change.News) SettleVend.CallOff(rows, command, change.Vend, reason);
        return new VendBook(rows, now, signals).Keep(change, reason);
    }
}
