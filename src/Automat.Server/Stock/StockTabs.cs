using Automat.Server.Panel;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Stock;

/// <summary>The pages about stock, side by side.</summary>
internal static class StockTabs
{
    public static IReadOnlyList<Tab> Of(IStringLocalizer<Texts> texts) =>
    [
        new("/panel/stock", texts["Stock.Levels"]), new("/panel/stock/low", texts["Low.Title"]), new("/panel/stock/movements", texts["Moves.Title"]),
        new("/panel/stock/places", texts["Places.Title"]),
    ];
}
