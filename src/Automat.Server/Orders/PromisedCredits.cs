using Automat.Domain;
using Automat.Server.Chips;
using Automat.Server.Data;
using Automat.Server.Payments;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Orders;

/// <summary>The orders whose money was promised to a chip, should nobody collect them.</summary>
internal sealed class PromisedCredits : IPromisedCredits
{
    public async Task<IReadOnlyDictionary<string, Id<Chip>>> OfAsync(
        AutomatDb db, IReadOnlyCollection<string> sessions, CancellationToken ct)
    {
        var promised = await (
            from purchase in db.Set<Purchase>().AsNoTracking()
            join order in db.Set<Order>().AsNoTracking() on purchase.Id equals order.PurchaseId
            where purchase.SessionId != null && sessions.Contains(purchase.SessionId) && order.CreditChipId != null
            select new { purchase.SessionId, order.CreditChipId }).ToListAsync(ct);
        return promised.ToDictionary(p => p.SessionId!, p => p.CreditChipId!.Value, StringComparer.Ordinal);
    }
}
