using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Refunds;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Refunds;

/// <summary>Finds refunds by their own id or their sale's.</summary>
internal sealed class FindRefunds(AutomatDb db, IStringLocalizer<Texts> texts) : IPanelSearch
{
    public async Task<IReadOnlyList<PanelHit>> FindAsync(ClaimsPrincipal who, string text, int most, CancellationToken ct)
    {
        if (!who.Allows(Permission.SalesRead) || !Guid.TryParse(text, out var id)) return [];
        var (organization, refund, sale) = (who.OrganizationOf(), new Id<RefundCase>(id), new Id<Vend>(id));
        var found = await db.Set<RefundCase>().AsNoTracking().Where(c => c.OrganizationId == organization && (c.Id == refund || c.VendId == sale))
            .OrderByDescending(c => c.Id).Take(most).ToListAsync(ct);
        return
        [
            .. found.Select(c => new PanelHit(
                texts["Refunds.One"], new Amount(c.Amount, c.Currency.Code).ToString(), c.MachineId.Value, $"/panel/sales/{c.VendId}")),
        ];
    }
}
