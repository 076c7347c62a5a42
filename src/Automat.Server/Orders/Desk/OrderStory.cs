using System.Security.Claims;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Payments;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Orders.Desk;

/// <summary>Says on a sale's page which web order it is.</summary>
internal sealed class OrderStory(AutomatDb db, IStringLocalizer<Texts> t) : IVendStory
{
    public StoryChapter Chapter => StoryChapter.Money;

    public async Task<IReadOnlyList<StoryEvent>> TellAsync(Vend vend, ClaimsPrincipal reader, CancellationToken ct)
    {
        if (vend.Session is not { } session) return [];
        var orders = await db.Set<Order>().AsNoTracking()
            .Where(o => db.Set<Purchase>().Any(p => p.Id == o.PurchaseId && p.SessionId == session)).OrderBy(o => o.Id).ToListAsync(ct);
        return [.. orders.Select(o => new StoryEvent(o.CreatedAt, t["Order.Title", o.Number])
        {
            Address = $"{OrdersPages.Address}/{o.Id}",
        })];
    }
}
