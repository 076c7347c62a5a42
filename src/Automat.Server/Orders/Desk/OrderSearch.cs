using System.Security.Claims;
using Automat.Server.Data;
using Automat.Server.Panel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Orders.Desk;

/// <summary>Finds an order from anywhere by its number or by the code its customer shows.</summary>
internal sealed class OrderSearch(AutomatDb db, FindOrders find, IStringLocalizer<Texts> t) : IPanelSearch
{
    private const int LongestNumber = 16;

    public async Task<IReadOnlyList<PanelHit>> FindAsync(ClaimsPrincipal who, string text, int most, CancellationToken ct)
    {
        if (!who.Allows(Permission.SalesRead) || text.Length > LongestNumber) return [];
        var organization = who.OrganizationOf();
        var number = text.ToUpperInvariant();
        var purchases = await find.OfCodeAsync(organization, text, ct);
        var found = await db.Set<Order>().AsNoTracking()
            .Where(o => o.OrganizationId == organization && (o.Number == number || purchases.Contains(o.PurchaseId)))
            .OrderByDescending(o => o.Id).Take(most).ToListAsync(ct);
        return [.. (await find.RowsAsync(found, ct)).Select(o => new PanelHit(
            t["Orders.One"], o.Number, $"{o.Place} · {t[OrderWords.Of(o.State)]}", $"{OrdersPages.Address}/{o.Id}"))];
    }
}
