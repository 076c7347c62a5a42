using Automat.Server.Orders;
using Automat.Server.Vends;

namespace Automat.Server.Push;

/// <summary>Reads off a sale what devices are told of.</summary>
internal static class SaleMarks
{
    /// <summary>What is true of a sale now.</summary>
    /// <param name="sale">The sale.</param>
    /// <param name="order">The order it belongs to; null for none.</param>
    public static SaleMark Of(Sale sale, FoundOrder? order) =>
        new(sale.Purchase.Status, sale.Vend?.Status, order?.Order.ReadyAt is not null, sale.Paybacks.Sum(p => p.Amount));
}
