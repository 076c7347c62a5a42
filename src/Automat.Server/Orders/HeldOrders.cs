using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Payments;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Orders;

/// <summary>Orders whose customers have not said that they are there: a machine that serves one after the other is not told yet.</summary>
internal sealed class HeldOrders : IHeldSales
{
    private const int Most = 1_000;

    public async Task<IReadOnlyCollection<Id<Vend>>> AtAsync(AutomatDb db, MachineId machine, CancellationToken ct)
    {
        var held = await (
            from order in db.Set<Order>().AsNoTracking()
            join purchase in db.Set<Purchase>().AsNoTracking() on order.PurchaseId equals purchase.Id
            where order.MachineId == machine && order.ClosedAt == null && order.CalledAt == null && purchase.VendId != null
            orderby order.Id
            select purchase.VendId).Take(Most).ToListAsync(ct);
        return [.. held.OfType<Id<Vend>>()];
    }
}
