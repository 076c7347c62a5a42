namespace Automat.Server.Storefront;

/// <summary>The way from a page to where problems are reported: it brings along what the page is about.</summary>
internal static class ReportWay
{
    private const string Address = "/report";

    public static string From(HttpContext? context)
    {
        var parts = (context?.Request.Path.Value ?? "").Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["m", var machine, ..] => $"{Address}?machine={Uri.EscapeDataString(machine)}",
            ["vends" or "orders" or "receipts", var token, ..] => $"{Address}?sale={Uri.EscapeDataString(token)}",
            _ => Address,
        };
    }
}
