using Automat.Server.Storefront;

namespace Automat.Server.Panel;

/// <summary>The page that shows every component in its states, for those who build pages and for the tests that look at them.</summary>
internal static class ComponentPages
{
    private const string Address = "/panel/components";

    private static readonly string[] Names =
    [
        "Espresso", "Oat bar", "=1+1", "Apple juice", "Pie", "Soup", "Salad", "Water", "Tea", "Cocoa", "Nuts", "Bagel", "Yoghurt",
        "Crisps", "Cookies", "Wrap", "Mints", "Gum", "Lemonade", "Cola", "Muffin", "Grapes", "Toast", "Ramen", "Curry", "Pasta", "Rice",
    ];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).RequirePermission(Permission.PanelRead).ExcludeFromDescription();
        pages.MapGet("", (HttpContext context) =>
        {
            var view = ListView.From(context.Request, ["name", "sold"], "name");
            var rows = Sorted(view).ToList();
            if (view.Format == "csv") return TableCsv.Result("components", view, ComponentsPage.CsvColumns, rows);
            ComponentRow[] shown = [.. rows.Skip((view.Page - 1) * view.Size).Take(view.Size)];
            return (IResult)Pages.Show<ComponentsPage>(new ListPage<ComponentRow>(shown, view, rows.Count));
        });
        pages.MapGet("/live", (HttpContext context, TimeProvider clock) => Live.Stream<ComponentsClock>(
            context, TimeSpan.FromSeconds(2), (_, _) => Task.FromResult<object>(clock.GetUtcNow())));
    }

    private static IEnumerable<ComponentRow> Sorted(ListView view)
    {
        var rows = Names.Select((name, n) => new ComponentRow(name, n * 7 % 31, n % 3 == 0))
            .Where(row => view.Search is not { } text || row.Name.Contains(text, StringComparison.OrdinalIgnoreCase))
            .Where(row => view["state"] is not { } state || row.IsOn == (state == "on"));
        return (view.Sort, view.Descending) switch
        {
            ("sold", false) => rows.OrderBy(row => row.Sold),
            ("sold", true) => rows.OrderByDescending(row => row.Sold),
            (_, true) => rows.OrderByDescending(row => row.Name, StringComparer.Ordinal),
            _ => rows.OrderBy(row => row.Name, StringComparer.Ordinal),
        };
    }
}
