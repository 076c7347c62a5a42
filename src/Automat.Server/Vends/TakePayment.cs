using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Payments;

namespace Automat.Server.Vends;

/// <summary>A payment as the provider told it.</summary>
/// <param name="Session">The pay page.</param>
/// <param name="Intent">The payment behind it, when told.</param>
/// <param name="Amount">What was paid.</param>
/// <param name="Email">The address the customer gave.</param>
/// <param name="Told">The event that told it, closed in the same step; null when we looked by ourselves.</param>
internal sealed record PaymentFacts(string Session, string? Intent, Money Amount, string? Email, InboxEvent? Told);

/// <summary>What became of a payment.</summary>
/// <param name="Vend">The sale it became.</param>
/// <param name="Status">Where that sale is.</param>
internal sealed record PaymentTaken(Guid Vend, VendStatus Status);

/// <summary>
/// Money has arrived: it is held and the machine's command is written down, in one step. What cannot be delivered any more
/// is booked all the same and goes straight back, so that no payment is ever without an entry.
/// </summary>
/// <param name="purchase">The purchase it pays for.</param>
/// <param name="facts">What the provider said.</param>
/// <param name="terms">What the machine's driver needs.</param>
/// <param name="signals">Who to wake.</param>
/// <param name="refuse">Why it cannot be delivered, when that is clear beforehand.</param>
internal sealed class TakePayment(
    Purchase purchase, PaymentFacts facts, DeliveryTerms terms, VendSignals signals, string? refuse = null)
    : JournalCommand<PaymentTaken>
{
    public override string Key => $"pay:{facts.Session}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<PurchaseRows>().Ask(purchase.Id);
        Goods.Ask(rows, purchase.MachineId, purchase.Lines);
        if (terms.UsesCode) rows.Of<LiveCodes>().Ask(purchase.MachineId);
        if (facts.Told is { } told) rows.Of<InboxRows>().Ask(told.Id);
    }

    public override PaymentTaken Decide(JournalRows rows, DateTimeOffset now)
    {
        // A sale that began at a printed link has no purchase of ours yet: the payment brings it.
        if (!rows.Of<PurchaseRows>().TryGet(purchase.Id, out var known)) known = purchase;
        if (known.Status is PurchaseStatus.Paid)
        {
            throw new RuleException("already_paid", "This purchase was already paid with another payment.");
        }

        var trouble = refuse ?? Trouble(rows, known);
        var code = trouble is null && terms.UsesCode ? rows.Of<LiveCodes>().Draw(known.MachineId) : null;
        if (trouble is null && terms.UsesCode && code is null) trouble = "codes_exhausted";

        var book = new VendBook(rows, now, signals);
        var vend = book.Keep(VendRules.Reserve(NewVend(known, code, now)), "");
        if (trouble is null)
        {
            book.Send(vend, terms.CommandKind, Payload(vend, known));
        }
        else
        {
            var promised = known.HoldsStock || trouble == "codes_exhausted";
            vend = book.Keep(VendRules.Cancel(vend, trouble, now), trouble);
            if (promised) Goods.Release(rows, known.MachineId, known.Lines);
        }

        rows.Of<PurchaseRows>().Put(known with
        {
            Status = PurchaseStatus.Paid,
            HoldsStock = false,
            SessionId = facts.Session,
            IntentId = facts.Intent,
            Email = facts.Email,
            PaidAt = now,
            VendId = vend.Id,
            Reason = trouble,
        });
        rows.Of<InboxRows>().Done(facts.Told);
        return new PaymentTaken(vend.Id.Value, vend.Status);
    }

    /// <summary>Why the goods cannot be delivered; null when they are promised now.</summary>
    private string? Trouble(JournalRows rows, Purchase known)
    {
        if (facts.Amount.Currency != known.Currency) return "currency_mismatch";
        if (facts.Amount.Amount < VendRules.PriceOf(known.Lines) || known.Lines.Count == 0) return "amount_below_price";
        if (known.HoldsStock) return null;
        try
        {
            // Its promise had ended before the money came: it stands in line again.
            Goods.Hold(rows, known.MachineId, known.Lines);
            return null;
        }
        catch (RuleException soldOut) when (soldOut.Code == "sold_out")
        {
            return soldOut.Code;
        }
    }

    private Vend NewVend(Purchase known, string? code, DateTimeOffset now)
    {
        var priced = facts.Amount.Currency == known.Currency && VendRules.PriceOf(known.Lines) <= facts.Amount.Amount;
        return new Vend
        {
            Id = Id<Vend>.New(now),
            Organization = known.OrganizationId,
            Machine = known.MachineId,
            Tender = Tender.Paid(known.Provider),
            Amount = facts.Amount,
            Lines = priced ? known.Lines : [],
            Code = code,
            Session = facts.Session,
            Intent = facts.Intent,
            Deadline = now + terms.TakeWithin,
            ReservedAt = now,
        };
    }

    private DeliveryPayload Payload(Vend vend, Purchase known) => new(
        vend.Lines.Sum(l => l.Pieces), vend.Code, facts.Email ?? known.Email ?? "")
    {
        Amount = VendRules.PriceOf(vend.Lines),
        Items = [.. vend.Lines.Select(l => new DeliveryItem(l.Slot, l.Quantity))],
    };
}
