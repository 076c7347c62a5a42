using Automat.Domain.Ledger;
using Automat.Domain.Vends;

namespace Automat.Domain.Holds;

/// <summary>What a rule decided about a hold.</summary>
/// <param name="Hold">The hold after the change.</param>
/// <param name="News">Whether anything changed.</param>
/// <param name="Entry">The entry to book; null where no money moved.</param>
/// <param name="Payback">Minor units the provider holds too much of and has to give back.</param>
/// <param name="Debt">Minor units that were booked as taken and are not: the customer owes them.</param>
public readonly record struct HoldChange(
    CardHold Hold, bool News, LedgerDraft? Entry = null, long Payback = 0, long Debt = 0);

/// <summary>The rules of money held on a card, as pure functions; each is safe to repeat.</summary>
public static class HoldRules
{
    /// <summary>Minor units that can still be captured, or were already, for a sale that has not been settled.</summary>
    public static long Within(CardHold hold) => hold.Status switch
    {
        HoldStatus.Held or HoldStatus.Releasing => hold.Amount,
        HoldStatus.Captured => hold.Wanted == 0 && hold.EndedAt is null ? hold.Received : 0,
        HoldStatus.Capturing or HoldStatus.Released or HoldStatus.Lost => 0,
    };

    /// <summary>The sale moved: what was taken is captured, as far as it is not a debt; what was called off is released.</summary>
    public static HoldChange Follow(CardHold hold, VendChange sale, DateTimeOffset now)
    {
        if (!sale.News) return new HoldChange(hold, News: false);
        switch (sale.Vend.Status)
        {
            case VendStatus.Cancelled:
                return CallOff(hold, now);
            case VendStatus.Committed:
                var next = Take(hold, sale.Vend.Delivered - sale.Debt, now);
                return new HoldChange(next, next != hold);
            default:
                return new HoldChange(hold, News: false);
        }
    }

    /// <summary>So much of it is to be captured and the rest released; what was captured by hand already stays so.</summary>
    public static CardHold Take(CardHold hold, long amount, DateTimeOffset now) => hold.Status switch
    {
        HoldStatus.Held or HoldStatus.Releasing when amount > 0 => hold with
        {
            Status = HoldStatus.Capturing,
            Wanted = amount,
            Attempts = 0,
            NextAttemptAt = now,
            Error = null,
            EndedAt = null,
        },
        HoldStatus.Held => Release(hold, now),
        HoldStatus.Captured => hold with { Wanted = amount, EndedAt = hold.EndedAt ?? now },
        _ => hold,
    };

    /// <summary>Nothing of it is wanted.</summary>
    public static CardHold Release(CardHold hold, DateTimeOffset now) => hold.Status is HoldStatus.Held
        ? hold with { Status = HoldStatus.Releasing, Wanted = 0, Attempts = 0, NextAttemptAt = now, Error = null }
        : hold;

    /// <summary>
    /// The sale was called off: the hold is released. Where somebody captured it by hand at the provider, that money is
    /// booked and goes back: <c>provider −r, refunds +r</c>.
    /// </summary>
    public static HoldChange CallOff(CardHold hold, DateTimeOffset now)
    {
        if (hold.Status is not HoldStatus.Captured || hold.EndedAt is not null)
        {
            var released = Release(hold, now);
            return new HoldChange(released, released != hold);
        }

        return new HoldChange(
            hold with { EndedAt = now }, News: true,
            Entry(hold, "hold.captured_by_hand", new Posting(hold.Provider, -hold.Received), new Posting(Accounts.Refunds, hold.Received)),
            Payback: hold.Received);
    }

    /// <summary>
    /// The provider has captured so much. Where it is not what was booked the books follow: too little is the customer's
    /// debt (<c>provider +d, debts −d</c>), too much goes back (<c>provider −d, refunds +d</c>).
    /// </summary>
    public static HoldChange Captured(CardHold hold, long received, DateTimeOffset now)
    {
        if (hold.Status is HoldStatus.Held)
        {
            // By hand, while the sale is open: what becomes of it is decided when the sale ends.
            return new HoldChange(hold with { Status = HoldStatus.Captured, Received = received }, News: true);
        }

        return HoldLife.IsToBeSent(hold.Status)
            ? Compare(hold with { Status = HoldStatus.Captured, Received = received, EndedAt = now, Error = null }, received)
            : new HoldChange(hold, News: false);
    }

    /// <summary>
    /// Nothing is held any more and nothing was captured: released as wanted, or lost, and then what was to be captured is
    /// the customer's debt.
    /// </summary>
    public static HoldChange Gone(CardHold hold, DateTimeOffset now) => hold.Status switch
    {
        HoldStatus.Releasing => new HoldChange(
            hold with { Status = HoldStatus.Released, EndedAt = now, Error = null }, News: true),
        HoldStatus.Capturing => Compare(
            hold with { Status = HoldStatus.Lost, EndedAt = now, Error = "hold_expired" }, received: 0),
        HoldStatus.Held => new HoldChange(
            hold with { Status = HoldStatus.Lost, EndedAt = now, Error = "hold_expired" }, News: true),
        HoldStatus.Captured or HoldStatus.Released or HoldStatus.Lost => new HoldChange(hold, News: false),
    };

    private static HoldChange Compare(CardHold hold, long received)
    {
        var more = received - hold.Wanted;
        if (more == 0) return new HoldChange(hold, News: true);
        return more > 0
            ? new HoldChange(
                hold, News: true,
                Entry(hold, "hold.captured_more", new Posting(hold.Provider, -more), new Posting(Accounts.Refunds, more)),
                Payback: more)
            : new HoldChange(
                hold, News: true,
                Entry(hold, "hold.lost", new Posting(hold.Provider, -more), new Posting(Accounts.Debts, more)),
                Debt: -more);
    }

    private static LedgerDraft Entry(CardHold hold, string kind, params ReadOnlySpan<Posting> postings) => LedgerDraft.Of(
        kind, hold.Currency,
        Details.None.With("vend", hold.VendId.ToString()).With("intent", hold.IntentId).With("wanted", hold.Wanted)
            .With("received", hold.Received),
        postings);
}
