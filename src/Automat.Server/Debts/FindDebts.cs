using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Debts;

/// <summary>Finds what a sale left open, by the sale's id.</summary>
internal sealed class FindDebts(AutomatDb db, IStringLocalizer<Texts> texts) : IPanelSearch
{
    public async Task<IReadOnlyList<PanelHit>> FindAsync(ClaimsPrincipal who, string text, int most, CancellationToken ct)
    {
        if (!who.Allows(Permission.SalesRead) || !Guid.TryParse(text, out var id)) return [];
        var (organization, sale) = (who.OrganizationOf(), new Id<Vend>(id));
        var found = await db.Set<Debt>().AsNoTracking().Where(d => d.VendId == sale && d.OrganizationId == organization)
            .OrderByDescending(d => d.Id).Take(most).ToListAsync(ct);
        return [.. found.Select(d => new PanelHit(
            texts["Debts.Debt"], new Amount(d.Amount, d.Currency.Code).ToString(), texts[DebtTexts.Of(d.Status)],
            $"{DebtPages.Address}?status={DebtTexts.Word(d.Status)}"))];
    }
}
