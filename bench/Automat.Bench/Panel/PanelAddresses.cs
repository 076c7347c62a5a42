using System.Globalization;

namespace Automat.Bench.Panel;

/// <summary>The pages that are looked at, each as people open them, and the long ways through long lists.</summary>
internal static class PanelAddresses
{
    /// <summary>Whether an operator may not see it.</summary>
    public static bool IsForAdministrators(string address) =>
        address.StartsWith("/panel/ledger", StringComparison.Ordinal) || address is "/panel/audit" or "/panel/people" or "/panel/settings";

    private static string AYear(string kind)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        return string.Create(CultureInfo.InvariantCulture, $"/panel/reports?kind={kind}&from={today.AddYears(-1):yyyy-MM-dd}&to={today:yyyy-MM-dd}");
    }

    public static IReadOnlyList<string> All(string sale) =>
    [
        "/panel",
        "/panel/machines",
        "/panel/machines?q=Hall%207",
        "/panel/machines/bench-1",
        "/panel/machines/bench-1/planogram",
        "/panel/sales",
        "/panel/sales?page=100",
        "/panel/sales?q=bench-77",
        $"/panel/sales/{sale}",
        "/panel/doubts",
        "/panel/baskets",
        "/panel/refunds",
        "/panel/debts",
        "/panel/products",
        "/panel/categories",
        "/panel/prices",
        "/panel/stock",
        "/panel/restock",
        "/panel/chips",
        "/panel/chips?q=Chip%204711",
        "/panel/dex",
        "/panel/ledger",
        "/panel/ledger?page=100",
        "/panel/reports",
        "/panel/reports?kind=machines",
        AYear("days"),
        AYear("machines"),
        AYear("cash"),
        "/panel/reports?kind=products",
        "/panel/reports?kind=failures",
        "/panel/reports?kind=soldout",
        "/panel/reports?kind=cash",
        "/panel/settlement",
        "/panel/disputes",
        "/panel/audit",
        "/panel/people",
        "/panel/settings",
        "/panel/orders",
        "/panel/messages",
        "/panel/search?q=snack",
        "/account",
    ];
}
