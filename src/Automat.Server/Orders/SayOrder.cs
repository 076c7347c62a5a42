using System.Globalization;
using Automat.Domain.Vends;
using Automat.Server.Payments;
using Automat.Server.Storefront;

namespace Automat.Server.Orders;

/// <summary>Says an order in the words of the customer's page.</summary>
internal static class SayOrder
{
    private const int QrPixels = 8;

    /// <summary>The page's content.</summary>
    /// <param name="found">The order.</param>
    /// <param name="token">The customer's key.</param>
    /// <param name="home">Our address.</param>
    public static OrderView Of(FoundOrder found, string token, string home)
    {
        var (sale, vend) = (found.Sale, found.Sale.Vend);
        var currency = sale.Purchase.Currency.Code;
        var state = found.State;
        var isCode = state is OrderState.Paid or OrderState.Ready && vend?.Code is not null;
        return new OrderView(
            token, found.Order.Number, state, found.Place.Name, found.Place.Location, new Amount(sale.Purchase.Amount, currency),
            LinesOf(found))
        {
            Taxes = [.. VendRules.TaxOf(found.Lines).Where(t => t.Tax != 0)
                .Select(t => new OrderTaxView(Percent(t.Rate.BasisPoints), new Amount(t.Tax, currency)))],
            ByHand = found.ByHand,
            CreditTo = state is OrderState.NotCollected && !found.WasCredited ? null : found.CreditName,
            WaitsForCall = found.WaitsForCall,
            IsCalled = found.Order.CalledAt is not null,
            IsMoneyOnItsWay = sale.Purchase.Status is PurchaseStatus.AwaitingPayment,
            Code = isCode ? vend!.Code : null,
            // Staff read it and have the order before them; at a robot it takes the page from a desk to the phone.
            Qr = isCode
                ? QrPicture.Of(found.ByHand ? $"{home}/panel/orders?q={found.Order.Number}" : $"{home}/orders/{token}", QrPixels)
                : null,
            Until = state switch
            {
                OrderState.AwaitingPayment when sale.Purchase.Status is PurchaseStatus.Open =>
                    PlaceTime.Of(sale.Purchase.ExpiresAt, found.Place),
                OrderState.Paid or OrderState.Ready when vend is not null => PlaceTime.Of(vend.Deadline, found.Place),
                _ => null,
            },
            MayPay = state is OrderState.AwaitingPayment && sale.Purchase is { Status: PurchaseStatus.Open, SessionId: not null },
            MayClaim = vend?.Status is VendStatus.Committed or VendStatus.PartlyRefunded or VendStatus.Unknown,
            HasReceipt = vend is not null,
        };
    }

    public static IReadOnlyList<OrderLineView> LinesOf(FoundOrder found)
    {
        var currency = found.Sale.Purchase.Currency.Code;
        // What lies in two slots was ordered once.
        return [.. found.Lines.GroupBy(l => (l.Name, l.UnitPrice, l.IsByWeight)).Select(g => new OrderLineView(
            g.Key.Name, new Quantity(g.Sum(l => l.Quantity), g.Key.IsByWeight), new Amount(g.Key.UnitPrice, currency), new Amount(g.Sum(l => l.Total), currency)))];
    }

    /// <summary>A tax rate as people write it.</summary>
    public static string Percent(int basisPoints) => (basisPoints / 100m).ToString("0.##", CultureInfo.CurrentCulture);
}
