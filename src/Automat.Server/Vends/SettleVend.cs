using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Chips;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Payments;

namespace Automat.Server.Vends;

/// <summary>How a sale is to end.</summary>
internal enum Settlement
{
    /// <summary>The goods left the machine.</summary>
    Commit,

    /// <summary>Nothing left it.</summary>
    Cancel,

    /// <summary>Nobody knows.</summary>
    Doubt,

    /// <summary>Its time is over: what that means depends on where it is.</summary>
    Overdue,
}

/// <summary>Ends a sale by a late report, by a deadline, or by staff. Commands that were still waiting are called off.</summary>
/// <param name="id">The sale.</param>
/// <param name="settlement">How.</param>
/// <param name="reason">Why, in a stable word.</param>
/// <param name="signals">Who to wake.</param>
internal sealed class SettleVend(Id<Vend> id, Settlement settlement, string reason, VendSignals signals)
    : JournalCommand<VendStatus>
{
    /// <summary>The sale's command, if it has one.</summary>
    public Id<MachineCommand>? Command { get; init; }

    /// <summary>How long a doubt stays open.</summary>
    public TimeSpan DecideWithin { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What the machine's policy says when time is over and nobody knows.</summary>
    public SilencePolicy Policy { get; init; }

    /// <summary>The chip that was promised the money when nobody collects the goods; null: it goes back.</summary>
    public Id<Chip>? CreditTo { get; init; }

    /// <summary>Writes down who decided it, when somebody did; only for what was still to be decided.</summary>
    public Action<AuditRows, DateTimeOffset>? Note { get; init; }

    /// <summary>Deadlines repeat, so each look at one is its own; anything else happens once.</summary>
    public override string Key { get; } = settlement is Settlement.Overdue
        ? $"overdue:{id}:{Guid.CreateVersion7()}"
        : $"settle:{id}:{settlement}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<VendRows>().Ask(id);
        rows.Of<HoldRows>().Ask(id);
        if (Command is { } command) rows.Of<CommandRows>().Ask(command);
        if (CreditTo is { } chip) rows.Of<ChipRows>().Ask(chip);
    }

    public override void AskMore(JournalRows rows)
    {
        VendBook.AskToEnd(rows, id);
        if (CreditOf(rows) is { } credit && rows.Of<VendRows>().TryGet(id, out var paid))
            rows.AskBalance(paid.Organization, credit.Account, paid.Amount.Currency);
        if (!rows.Of<VendRows>().TryGet(id, out var vend) || !rows.Of<HoldRows>().TryGet(id, out var hold)) return;
        foreach (var item in hold.Basket) rows.Of<SlotRows>().Ask(new SlotKey(vend.Machine, item.Slot));
    }

    public override VendStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        var book = new VendBook(rows, now, signals);
        var vend = book.Find(id);
        var handedOver = Command is { } c && rows.Of<CommandRows>().TryGet(c, out var sent) && sent.SentAt is not null;
        var change = settlement switch
        {
            Settlement.Commit => Commit(rows, vend, now),
            Settlement.Cancel => VendRules.Cancel(vend, reason, now),
            Settlement.Doubt => VendRules.Doubt(vend, reason, now + DecideWithin),
            Settlement.Overdue => Overdue(rows, vend, handedOver, now),
        };
        Goods.Follow(rows, vend, change);
        if (change.News)
        {
            CallOff(rows, Command, change.Vend, reason);
            Note?.Invoke(rows.Of<AuditRows>(), now);
        }

        return book.Keep(change, change.Vend.Reason ?? reason).Status;
    }

    private VendChange Overdue(JournalRows rows, Vend vend, bool handedOver, DateTimeOffset now)
    {
        if (now < vend.Deadline) return VendChange.Nothing(vend);
        return vend.Status switch
        {
            VendStatus.Reserved => CreditOf(rows) is { } credit && vend.Tender.Kind is TenderKind.Paid
                ? VendRules.Cancel(vend, VendRules.Credited, now, credit)
                : VendRules.Cancel(vend, "expired", now),
            // Never handed over: then nothing can have left the machine.
            VendStatus.Delivering => handedOver
                ? VendRules.Doubt(vend, "no_answer", now + DecideWithin)
                : VendRules.Cancel(vend, "machine_offline", now),
            VendStatus.Unknown => Policy is SilencePolicy.AssumeDelivered && IsKnown(rows, vend)
                ? Commit(rows, vend, now)
                : VendRules.Cancel(vend, vend.Reason ?? "no_answer", now),
            VendStatus.Committed or VendStatus.Cancelled or VendStatus.PartlyRefunded or VendStatus.Refunded =>
                VendChange.Nothing(vend),
        };
    }

    /// <summary>The promised chip, if it can take credit: one that is locked or retired by now can not, and the money goes back.</summary>
    private Tender? CreditOf(JournalRows rows) =>
        CreditTo is { } id && rows.Of<ChipRows>().TryGet(id, out var chip) && chip.State is ChipState.Active && chip.OrganizationId == Organization
            ? chip.Tender
            : null;

    /// <summary>
    /// All of it was delivered; the tender's balance must have been asked for. A basket is what was last seen missing.
    /// </summary>
    /// <exception cref="RuleException"><c>basket_missing</c> when nobody knows what was taken.</exception>
    internal static VendChange Commit(JournalRows rows, Vend vend, DateTimeOffset now)
    {
        if (vend.Tender.Kind is not TenderKind.Authorised || !rows.Of<HoldRows>().TryGet(vend.Id, out var hold))
        {
            return VendRules.Commit(
                vend, vend.Lines, now, rows.Balance(vend.Organization, vend.Tender.Account, vend.Amount.Currency));
        }

        if (vend.Status is not VendStatus.Cancelled && !VendLife.IsOpen(vend.Status)) return VendChange.Nothing(vend);
        var taken = vend.Lines.Count > 0 ? vend.Lines : BasketRules.Price(hold.Offer, hold.Basket);
        return taken.Count > 0
            ? BasketRules.Settle(vend, hold, taken, "last_seen", now)
            : throw new RuleException("basket_missing", "Nobody knows what was taken; settle it with a basket.");
    }

    /// <summary>Whether a sale could be committed: of a basket something must have been seen missing.</summary>
    private static bool IsKnown(JournalRows rows, Vend vend) =>
        vend.Lines.Count > 0 || (rows.Of<HoldRows>().TryGet(vend.Id, out var hold) && hold.Basket.Any(i => i.Quantity > 0));

    /// <summary>The sale has ended: its command is not to be sent any more.</summary>
    internal static void CallOff(JournalRows rows, Id<MachineCommand>? called, Vend vend, string reason)
    {
        if (called is not { } id || !rows.Of<CommandRows>().TryGet(id, out var command)) return;
        if (command.State is not (CommandState.Waiting or CommandState.Sending)) return;
        var state = vend.Status switch
        {
            VendStatus.Committed => CommandState.Done,
            VendStatus.Unknown => CommandState.Doubtful,
            _ => CommandState.Expired,
        };
        rows.Of<CommandRows>().Put(command with { State = state, Outcome = reason });
    }
}
