using System.Security.Claims;
using Automat.Server.Data;
using Automat.Server.Panel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>Baskets that wait for a person: the whole hold hangs on each.</summary>
internal sealed class BasketAttention(AutomatDb db, IStringLocalizer<Texts> texts) : IPanelAttention
{
    public async Task<IReadOnlyList<AttentionItem>> LookAsync(ClaimsPrincipal who, CancellationToken ct)
    {
        if (!who.Allows(Permission.SalesRead)) return [];
        var waiting = await (from visit in ListBaskets.Waiting(db, who.OrganizationOf())
                             join vend in db.Set<Automat.Domain.Vends.Vend>().AsNoTracking() on visit.VendId equals vend.Id
                             group new { visit.UnlockedAt, vend.Amount.Amount } by 1 into all
                             select new { Count = all.Count(), Money = all.Sum(v => v.Amount), Since = all.Min(v => v.UnlockedAt) })
            .SingleOrDefaultAsync(ct);
        if (waiting is null) return [];
        return
        [
            new AttentionItem(texts["Baskets.Waiting", waiting.Count], null, "/panel/baskets") { Money = waiting.Money, Since = waiting.Since },
        ];
    }
}
