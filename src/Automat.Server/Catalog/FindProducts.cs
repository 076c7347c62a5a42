using System.Globalization;
using System.Security.Claims;
using Automat.Server.Data;
using Automat.Server.Panel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Catalog;

/// <summary>Finds products from anywhere in the panel: by name, number or bar code.</summary>
internal sealed class FindProducts(AutomatDb db, IStringLocalizer<Texts> texts) : IPanelSearch
{
    public async Task<IReadOnlyList<PanelHit>> FindAsync(ClaimsPrincipal who, string text, int most, CancellationToken ct)
    {
        if (!who.Allows(Permission.CatalogRead)) return [];
        var organization = who.OrganizationOf();
        var pattern = Sql.LikeAnywhere(text);
        var number = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1;
        var found = await db.Set<Product>().AsNoTracking()
            .Where(p => p.OrganizationId == organization && (EF.Functions.ILike(p.Name, pattern, Sql.LikeEscape) || p.Number == number || p.Barcode == text))
            .OrderBy(p => p.ArchivedAt != null).ThenBy(p => p.Name).Take(most).ToListAsync(ct);
        return [.. found.Select(p => new PanelHit(
            texts["Find.Product"], p.Name, p.Category, $"/panel/products/{p.Number.ToString(CultureInfo.InvariantCulture)}"))];
    }
}
