using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Orders;
using Automat.Server.Payments;
using Automat.Server.Vends;

namespace Automat.Server.Push;

/// <summary>Something to be told.</summary>
/// <param name="Topic">What it is about.</param>
/// <param name="Minor">The money it is about, minor units.</param>
internal sealed record PushNews(PushTopic Topic, long Minor = 0)
{
    /// <summary>What there is to tell of a sale since a device was last told. Whoever did not pay knows it, and a doubt is no news.</summary>
    /// <param name="seen">What was true then.</param>
    /// <param name="sale">The sale now.</param>
    /// <param name="order">The order it belongs to; null for none.</param>
    public static IReadOnlyList<PushNews> Of(SaleMark seen, Sale sale, FoundOrder? order)
    {
        var news = new List<PushNews>();
        if ((order is null ? OfSale(seen, sale) : OfOrder(seen, sale, order)) is { } main) news.Add(main);
        // What goes back because nothing came was told with that.
        var back = sale.Paybacks.Sum(p => p.Amount) - seen.Back;
        if (back > 0 && sale.Vend is { Status: VendStatus.Committed or VendStatus.PartlyRefunded or VendStatus.Refunded })
            news.Add(new PushNews(PushTopic.Refund, back));
        return news;
    }

    private static PushNews? OfSale(SaleMark seen, Sale sale)
    {
        if (sale.Vend is not { } vend) return OfUnpaid(seen, sale.Purchase);
        return vend.Status switch
        {
            VendStatus.Reserved or VendStatus.Delivering => seen.Vend is null && vend.Code is not null ? new PushNews(PushTopic.Code) : null,
            VendStatus.Unknown => null,
            VendStatus.Committed or VendStatus.PartlyRefunded or VendStatus.Refunded =>
                WasDelivered(seen) ? null : new PushNews(PushTopic.Delivered, vend.Delivered),
            VendStatus.Cancelled => seen.Vend is VendStatus.Cancelled ? null : OfCancelled(vend, PushTopic.Cancelled),
        };
    }

    private static PushNews? OfOrder(SaleMark seen, Sale sale, FoundOrder order)
    {
        var before = OrderLife.Of(
            !order.ByHand || seen.IsReady, sale.Purchase with { Status = seen.Purchase },
            seen.Vend is { } then && sale.Vend is { } later ? later with { Status = then } : null);
        if (order.State == before) return null;
        if (sale.Vend is not { } vend) return OfUnpaid(seen, sale.Purchase);
        return order.State switch
        {
            OrderState.Paid => new PushNews(PushTopic.Paid, vend.Amount.Amount),
            OrderState.Ready => new PushNews(before is OrderState.AwaitingPayment ? PushTopic.Paid : PushTopic.Ready, vend.Amount.Amount),
            OrderState.Collected or OrderState.Refunded => WasDelivered(seen) ? null : new PushNews(PushTopic.Delivered, vend.Delivered),
            OrderState.Cancelled => OfCancelled(vend, PushTopic.Cancelled),
            OrderState.NotCollected => OfCancelled(vend, order.WasCredited ? PushTopic.Credited : PushTopic.NotCollected),
            OrderState.AwaitingPayment or OrderState.NotPaid => null,
        };
    }

    // A payment that takes days and then fails is news; a page that was left is not.
    private static PushNews? OfUnpaid(SaleMark seen, Purchase purchase) =>
        seen.Purchase is PurchaseStatus.AwaitingPayment && purchase.Status is PurchaseStatus.Closed ? new PushNews(PushTopic.NoCharge) : null;

    private static PushNews OfCancelled(Vend vend, PushTopic paid) =>
        vend.Tender.Kind is TenderKind.Authorised ? new PushNews(PushTopic.NoCharge) : new PushNews(paid, vend.Amount.Amount);

    private static bool WasDelivered(SaleMark seen) => seen.Vend is VendStatus.Committed or VendStatus.PartlyRefunded or VendStatus.Refunded;
}
