using System.Security.Claims;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Payments;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Settlements;

/// <summary>Finds a dispute by the provider's id of it.</summary>
internal sealed class FindDisputes(AutomatDb db, IStringLocalizer<Texts> texts) : IPanelSearch
{
    private const int LongestId = 255;

    public async Task<IReadOnlyList<PanelHit>> FindAsync(ClaimsPrincipal who, string text, int most, CancellationToken ct)
    {
        var isId = text.StartsWith("du_", StringComparison.Ordinal) || text.StartsWith("dp_", StringComparison.Ordinal);
        if (!isId || text.Length > LongestId || !who.Allows(Permission.SalesRead)) return [];
        var organization = who.OrganizationOf();
        var found = await db.Set<DisputeCase>().AsNoTracking().Where(d => d.OrganizationId == organization && d.Id == text).Take(most).ToListAsync(ct);
        return [.. found.Select(d => new PanelHit(
            texts["Disputes.One"], new Amount(d.Amount, d.Currency.Code).ToString(), texts[SettlementTexts.Of(d.Status)],
            $"{DisputePages.Address}?q={Uri.EscapeDataString(d.Id)}"))];
    }
}
