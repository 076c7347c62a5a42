using Automat.Server.Panel;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Catalog;

/// <summary>The pages about the range, side by side.</summary>
internal static class CatalogTabs
{
    public static IReadOnlyList<Tab> Of(IStringLocalizer<Texts> texts) =>
    [
        new("/panel/products", texts["Products.Title"]), new("/panel/categories", texts["Categories.Title"]), new("/panel/prices", texts["Prices.Title"]),
    ];
}
