namespace Automat.Bench.Panel;

/// <summary>The pages that are looked at, each as people open them, and the long ways through long lists.</summary>
internal static class PanelAddresses
{
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
        "/panel/reports?kind=soldout",
        "/panel/reports?kind=cash",
        "/panel/settlement",
        "/panel/disputes",
        "/panel/audit",
        "/panel/people",
        "/panel/search?q=snack",
        "/account",
    ];
}
