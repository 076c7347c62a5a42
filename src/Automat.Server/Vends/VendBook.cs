using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Chips;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Payments;

namespace Automat.Server.Vends;

/// <summary>Puts a decision of the vend's rules into the books: the vend, its entry, its stock, and what is owed back.</summary>
internal sealed class VendBook(JournalRows rows, DateTimeOffset now, VendSignals signals)
{
    /// <summary>The vend, as the commands so far have left it.</summary>
    /// <exception cref="RuleException"><c>vend_unknown</c>.</exception>
    public Vend Find(Id<Vend> id) => rows.Of<VendRows>().TryGet(id, out var vend)
        ? vend
        : throw new RuleException("vend_unknown", $"There is no vend {id}.");

    /// <summary>Asks for what ending a sale can move: its goods, and its tender, which a late delivery is charged to again.</summary>
    public static void AskToEnd(JournalRows rows, Id<Vend> id)
    {
        if (!rows.Of<VendRows>().TryGet(id, out var vend)) return;
        Goods.Ask(rows, vend.Machine, vend.Lines);
        rows.AskBalance(vend.Organization, vend.Tender.Account, vend.Amount.Currency);
        AskHold(rows, vend);
    }

    /// <summary>Asks for the hold of a sale that is paid by one.</summary>
    public static void AskHold(JournalRows rows, Vend vend)
    {
        if (vend.Tender.Kind is TenderKind.Authorised) rows.Of<HoldRows>().Ask(vend.Id);
    }

    /// <summary>Keeps a decision; returns the vend as it is now.</summary>
    /// <param name="change">What the rules decided.</param>
    /// <param name="reason">Why money is owed back, if it is.</param>
    public Vend Keep(VendChange change, string reason)
    {
        if (!change.News) return change.Vend;
        var vend = Book(rows, change, now);
        if (change.Payback > 0) Owe(vend, change.Payback, reason);
        FollowHold(change);
        rows.Tell(() => signals.Moved(vend));
        return vend;
    }

    /// <summary>
    /// Keeps a refund; returns the vend as it is now. What was paid in parts goes back in parts, as <see cref="RefundSplit"/> says.
    /// </summary>
    /// <param name="change">What the rules decided.</param>
    /// <param name="reason">Why money is owed back.</param>
    /// <exception cref="RuleException"><c>refund_above_rest</c> when less than that was paid.</exception>
    public Vend KeepRefund(VendChange change, string reason)
    {
        if (!change.News || change.Payback == 0 || change.Vend.Tender.Kind is not TenderKind.Authorised
            || !rows.Of<HoldRows>().TryGet(change.Vend.Id, out var hold))
        {
            return Keep(change, reason);
        }

        new HoldBook(rows, now, signals.Money).GiveBack(hold, change.Payback, reason);
        var vend = Book(rows, change, now);
        rows.Tell(() => signals.Moved(vend));
        return vend;
    }

    /// <summary>Writes down what the sale's machine is to do, and wakes whoever tells it.</summary>
    public void Send(Vend vend, string kind, DeliveryPayload payload)
    {
        var command = new MachineCommand
        {
            Id = Id<MachineCommand>.New(now),
            OrganizationId = vend.Organization,
            MachineId = vend.Machine,
            VendId = vend.Id,
            Kind = kind,
            Deadline = vend.Deadline,
            CreatedAt = now,
            Payload = JsonSerializer.Serialize(payload),
        };
        rows.Of<CommandRows>().Put(command);
        rows.Tell(() => signals.Waiting(command));
    }

    /// <summary>Writes the vend with the number of its new entry.</summary>
    internal static Vend Book(JournalRows rows, VendChange change, DateTimeOffset now)
    {
        var entry = rows.Book(change.Vend.Organization, change.Entry, now);
        var vend = entry is null ? change.Vend : change.Vend with { Entry = entry.Value };
        rows.Of<VendRows>().Put(vend);
        rows.Of<OpenChips>().Follow(vend);
        rows.Of<ChipUses>().Follow(vend);
        rows.Of<MachineTurns>().Follow(vend);
        return vend;
    }

    /// <summary>What was taken is captured, what was called off released, and what no held money covers is owed.</summary>
    private void FollowHold(VendChange change)
    {
        if (change.Vend.Tender.Kind is not TenderKind.Authorised) return;
        if (!rows.Of<HoldRows>().TryGet(change.Vend.Id, out var hold)) return;
        var holds = new HoldBook(rows, now, signals.Money);
        if (change.Debt > 0) holds.Owe(hold, change.Debt, change.Vend.Late ? "hold_over" : "above_hold");
        holds.Keep(HoldRules.Follow(hold, change, now));
    }

    private void Owe(Vend vend, long amount, string reason)
    {
        var payback = new Payback
        {
            Id = Id<Payback>.New(now),
            OrganizationId = vend.Organization,
            VendId = vend.Id,
            Provider = vend.Tender.Reference,
            SessionId = vend.Session,
            IntentId = vend.Intent,
            Amount = amount,
            Currency = vend.Amount.Currency,
            Reason = reason,
            NextAttemptAt = now,
            CreatedAt = now,
        };
        rows.Of<PaybackRows>().Put(payback);
        rows.Tell(signals.PaybackOwed);
    }
}
