using Automat.Domain;
using Automat.Server.Journal;
using Automat.Server.Payments;

namespace Automat.Server.Vends;

/// <summary>The customer did not pay: the promised goods are for others again. Money that comes later is still taken.</summary>
internal sealed class ClosePurchase(Id<Purchase> id, string reason) : JournalCommand<PurchaseStatus>
{
    public override string Key => $"close:{id}:{reason}";

    public override void Ask(JournalRows rows) => rows.Of<PurchaseRows>().Ask(id);

    public override void AskMore(JournalRows rows)
    {
        if (rows.Of<PurchaseRows>().TryGet(id, out var purchase)) Goods.Ask(rows, purchase.MachineId, purchase.Lines);
    }

    public override PurchaseStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<PurchaseRows>().TryGet(id, out var purchase))
        {
            throw new RuleException("purchase_unknown", "There is no such purchase.");
        }

        if (purchase.Status is PurchaseStatus.Paid or PurchaseStatus.Closed) return purchase.Status;
        if (purchase.HoldsStock) Goods.Release(rows, purchase.MachineId, purchase.Lines);
        rows.Of<PurchaseRows>().Put(
            purchase with { Status = PurchaseStatus.Closed, HoldsStock = false, Reason = reason });
        return PurchaseStatus.Closed;
    }
}

/// <summary>The customer is through, but the money comes later (a delayed method): the promise on the goods goes on.</summary>
internal sealed class AwaitPayment(Id<Purchase> id, string? session, string? intent) : JournalCommand<PurchaseStatus>
{
    public override string Key => $"await:{id}";

    public override void Ask(JournalRows rows) => rows.Of<PurchaseRows>().Ask(id);

    public override PurchaseStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<PurchaseRows>().TryGet(id, out var purchase))
        {
            throw new RuleException("purchase_unknown", "There is no such purchase.");
        }

        if (purchase.Status is not PurchaseStatus.Open) return purchase.Status;
        rows.Of<PurchaseRows>().Put(purchase with
        {
            Status = PurchaseStatus.AwaitingPayment,
            SessionId = purchase.SessionId ?? session,
            IntentId = intent,
        });
        return PurchaseStatus.AwaitingPayment;
    }
}
