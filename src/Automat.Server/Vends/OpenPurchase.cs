using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Journal;
using Automat.Server.Payments;

namespace Automat.Server.Vends;

/// <summary>Promises the goods to a customer who is about to pay. No money moves yet.</summary>
internal sealed class OpenPurchase(Purchase purchase) : JournalCommand<Id<Purchase>>
{
    public override string Key => $"open:{purchase.Id}";

    public override void Ask(JournalRows rows) => Goods.Ask(rows, purchase.MachineId, purchase.Lines);

    public override Id<Purchase> Decide(JournalRows rows, DateTimeOffset now)
    {
        if (purchase.Amount <= 0 || (purchase.Offer is null && VendRules.PriceOf(purchase.Lines) != purchase.Amount))
        {
            throw new RuleException("amount_invalid", "A purchase costs exactly what its lines cost.");
        }

        Goods.Hold(rows, purchase.MachineId, purchase.Lines);
        rows.Of<PurchaseRows>().Put(purchase with { Status = PurchaseStatus.Open, HoldsStock = true });
        return purchase.Id;
    }
}
