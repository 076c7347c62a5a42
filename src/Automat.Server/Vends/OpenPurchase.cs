using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Automat.Server.Payments;

namespace Automat.Server.Vends;

/// <summary>Promises the goods to a customer who is about to pay. No money moves yet.</summary>
internal sealed class OpenPurchase(Purchase purchase) : JournalCommand<Id<Purchase>>
{
    public override string Key => $"open:{purchase.Id}";

    /// <summary>Minor units the machine may sell on the web within a day; null for one whose connection is secured.</summary>
    public long? DayLimit { get; init; }

    public override void Ask(JournalRows rows)
    {
        Goods.Ask(rows, purchase.MachineId, purchase.Lines);
        if (DayLimit is not null) rows.Of<SpentOnTheWeb>().Ask(purchase.MachineId, purchase.CreatedAt);
    }

    public override Id<Purchase> Decide(JournalRows rows, DateTimeOffset now)
    {
        if (purchase.Amount <= 0 || (purchase.Offer is null && VendRules.PriceOf(purchase.Lines) != purchase.Amount))
        {
            throw new RuleException("amount_invalid", "A purchase costs exactly what its lines cost.");
        }

        if (DayLimit is { } limit) RequireWithin(limit, rows.Of<SpentOnTheWeb>());
        Goods.Hold(rows, purchase.MachineId, purchase.Lines);
        rows.Of<PurchaseRows>().Put(purchase with { Status = PurchaseStatus.Open, HoldsStock = true });
        return purchase.Id;
    }

    private void RequireWithin(long limit, SpentOnTheWeb spent)
    {
        if (spent.Of(purchase.MachineId) + purchase.Amount > limit)
        {
            throw new RuleException(
                "spend_limit",
                $"{purchase.MachineId} sells no more than {new Money(limit, purchase.Currency)} a day on the web: "
                + "its connection is not secured.");
        }

        spent.Add(purchase.MachineId, purchase.Amount);
    }
}
