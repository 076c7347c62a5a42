using Automat.Domain.Ledger;
using Automat.Domain.Vends;

namespace Automat.Domain.Holds;

/// <summary>
/// The rules of a sale whose price is known only when the door is closed: exactly what was taken is captured, the rest of the
/// hold is released, and what no held money covers is the customer's debt.
/// </summary>
public static class BasketRules
{
    /// <summary>Pieces one basket may have.</summary>
    public const int MostPieces = 1_000;

    /// <summary>The lines of a basket, at the prices that were agreed.</summary>
    /// <param name="offer">What could be taken, one piece of each.</param>
    /// <param name="items">What was taken; a slot named twice counts together, and none of it counts for nothing.</param>
    /// <exception cref="RuleException"><c>quantity_invalid</c>, <c>slot_unknown</c>.</exception>
    public static IReadOnlyList<VendLine> Price(IReadOnlyList<VendLine> offer, IReadOnlyList<BasketItem> items)
    {
        var lines = new List<VendLine>();
        long pieces = 0;
        foreach (var item in items)
        {
            if (item.Quantity < 0 || (pieces += item.Quantity) > MostPieces)
            {
                throw new RuleException("quantity_invalid", $"A basket has 0 to {MostPieces} pieces.");
            }

            if (item.Quantity == 0) continue;
            var at = lines.FindIndex(l => l.Slot == item.Slot);
            if (at >= 0)
            {
                lines[at] = lines[at] with { Quantity = lines[at].Quantity + item.Quantity };
                continue;
            }

            var offered = offer.FirstOrDefault(l => l.Slot == item.Slot)
                ?? throw new RuleException("slot_unknown", $"Nothing was offered in slot {item.Slot}.");
            lines.Add(offered with { Quantity = item.Quantity });
        }

        return lines;
    }

    /// <summary>
    /// The door is closed and the basket known. Open: <c>held −a, revenue +(p−t), tax +t, authorised +a, provider −c,
    /// debts −(p−c)</c> with c what the hold covers of the price p; nothing taken is a cancel. After a cancel the goods are
    /// still paid for: from the hold as far as it was not given back yet, else as a debt.
    /// </summary>
    /// <param name="vend">The sale, paid by a card authorisation.</param>
    /// <param name="hold">Its hold.</param>
    /// <param name="taken">What was taken; empty for nothing.</param>
    /// <param name="evidence">How we know, in a stable word.</param>
    /// <param name="now">When.</param>
    /// <exception cref="RuleException"><c>tender_mismatch</c> for a sale that is not paid by a card authorisation.</exception>
    public static VendChange Settle(
        Vend vend, CardHold hold, IReadOnlyList<VendLine> taken, string evidence, DateTimeOffset now)
    {
        if (vend.Tender.Kind is not TenderKind.Authorised)
        {
            throw new RuleException("tender_mismatch", $"Vend {vend.Id} is not paid by a hold; it has no basket.");
        }

        var late = vend.Status is VendStatus.Cancelled;
        if (!late && !VendLife.IsOpen(vend.Status)) return VendChange.Nothing(vend);
        if (taken.Count == 0) return late ? VendChange.Nothing(vend) : VendRules.Cancel(vend, "nothing_taken", now);

        var price = VendRules.PriceOf(taken);
        var within = late && hold.Status is HoldStatus.Captured ? 0 : HoldRules.Within(hold);
        var covered = Math.Min(price, within);
        // Captured by hand before the price was known: the books take all of it and owe the rest back.
        var received = !late && hold.Status is HoldStatus.Captured ? hold.Received : covered;
        List<Posting> postings =
        [
            .. VendRules.Earned(vend.Machine, taken),
            new(vend.Tender.Reference, -received), new(Accounts.Refunds, received - covered),
            new(Accounts.Debts, covered - price),
        ];
        if (!late)
        {
            postings.Insert(0, new Posting(Accounts.Held, -vend.Amount.Amount));
            postings.Add(new Posting(Accounts.Authorised, vend.Amount.Amount));
        }

        var entry = VendRules.Entry(
            vend, late ? "vend.committed_late" : "vend.committed",
            VendRules.Details(vend).With("delivered", VendRules.Lines(taken)).With("evidence", evidence)
                .With("reason", late ? vend.Reason : null),
            [.. postings]);
        var settled = vend with
        {
            Status = VendStatus.Committed,
            Delivered = price,
            Lines = taken,
            Late = late,
            Reason = late ? vend.Reason : null,
            SettledAt = now,
        };
        return new VendChange(settled, News: true, entry, received - covered) { Debt = price - covered };
    }
}
