using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Payments;

namespace Automat.Server.Vends;

/// <summary>A hold as the provider told it.</summary>
/// <param name="Session">The pay page; null for a saved card.</param>
/// <param name="Intent">The payment, held.</param>
/// <param name="Email">The address the customer gave.</param>
/// <param name="Told">The event that told it, closed in the same step; null when we looked by ourselves.</param>
internal sealed record HoldFacts(string? Session, PaymentIntent Intent, string? Email, InboxEvent? Told);

/// <summary>
/// A card has been authorised: the hold is booked and the machine's door is told to open, in one step. Where that cannot be
/// any more, or the card's owner still owes money, it is booked all the same and given back at once.
/// </summary>
/// <param name="purchase">What the customer set out to do.</param>
/// <param name="facts">What the provider said.</param>
/// <param name="terms">What the machine's driver needs.</param>
/// <param name="signals">Who to wake.</param>
/// <param name="refuse">Why the door cannot be opened, when that is clear beforehand.</param>
internal sealed class TakeHold(
    Purchase purchase, HoldFacts facts, DeliveryTerms terms, VendSignals signals, string? refuse = null)
    : JournalCommand<PaymentTaken>
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMinutes(10);

    public override string Key => $"hold:{facts.Intent.Id}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<PurchaseRows>().Ask(purchase.Id);
        rows.Of<OpenDebts>().Ask(purchase.OrganizationId, facts.Intent.Card);
        rows.Of<OpenDebts>().Ask(purchase.OrganizationId, facts.Intent.CustomerId);
        if (facts.Told is { } told) rows.Of<InboxRows>().Ask(told.Id);
    }

    public override PaymentTaken Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<PurchaseRows>().TryGet(purchase.Id, out var known)) known = purchase;
        if (known.Status is PurchaseStatus.Paid)
        {
            throw new RuleException("already_paid", "This purchase already has another hold.");
        }

        var trouble = refuse ?? Trouble(rows, known, now);
        var book = new VendBook(rows, now, signals);
        var vend = book.Keep(VendRules.Reserve(NewVend(known, now)), "");
        rows.Of<HoldRows>().Put(NewHold(vend, known, now));
        if (trouble is null) book.Send(vend, terms.CommandKind, new DeliveryPayload(0, Code: null, Email: ""));
        else vend = book.Keep(VendRules.Cancel(vend, trouble, now), trouble);

        rows.Of<PurchaseRows>().Put(known with
        {
            Status = PurchaseStatus.Paid,
            SessionId = facts.Session ?? known.SessionId,
            IntentId = facts.Intent.Id,
            Email = facts.Email,
            PaidAt = now,
            VendId = vend.Id,
            Reason = trouble,
        });
        rows.Of<InboxRows>().Done(facts.Told);
        return new PaymentTaken(vend.Id.Value, vend.Status);
    }

    private string? Trouble(JournalRows rows, Purchase known, DateTimeOffset now)
    {
        var intent = facts.Intent;
        if (intent.Currency != known.Currency.Code) return "currency_mismatch";
        if (intent.Capturable < known.Amount) return "amount_below_price";
        // Whoever comes back to a page after hours stands in front of no fridge any more.
        if (known.Status is PurchaseStatus.Closed || now >= known.ExpiresAt) return "payment_expired";
        var owes = rows.Of<OpenDebts>().Has(known.OrganizationId, intent.Card)
            || rows.Of<OpenDebts>().Has(known.OrganizationId, intent.CustomerId);
        return owes ? "debt_open" : null;
    }

    private Vend NewVend(Purchase known, DateTimeOffset now) => new()
    {
        Id = Id<Vend>.New(now),
        Organization = known.OrganizationId,
        Machine = known.MachineId,
        Tender = Tender.Authorised(known.Provider),
        Amount = new Money(facts.Intent.Capturable, Currency.Parse(facts.Intent.Currency)),
        Lines = [],
        Session = facts.Session,
        Intent = facts.Intent.Id,
        Deadline = now + terms.TakeWithin,
        ReservedAt = now,
    };

    private CardHold NewHold(Vend vend, Purchase known, DateTimeOffset now)
    {
        var keeps = facts.Intent is { CustomerId: not null, PaymentMethodId: not null };
        return new CardHold
        {
            VendId = vend.Id,
            OrganizationId = vend.Organization,
            Provider = known.Provider,
            IntentId = facts.Intent.Id,
            Amount = vend.Amount.Amount,
            Currency = vend.Amount.Currency,
            CustomerId = facts.Intent.CustomerId,
            MethodId = keeps ? facts.Intent.PaymentMethodId : null,
            Card = facts.Intent.Card,
            Offer = known.Offer ?? [],
            NextAttemptAt = now + FirstLook,
            CreatedAt = now,
        };
    }
}
