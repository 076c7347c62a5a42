using Automat.Server.Platform;

namespace Automat.Server.Customers;

/// <summary>
/// Where somebody came from who asked for an account: kept in their own browser until the mailed link is followed in it. It is in no
/// mail, because a page such as an order's is the secret of whoever has its address, and an address is easily mistyped.
/// </summary>
internal static class WayBack
{
    private static readonly KeyCookie Cookie = new("automat_back", CustomerLink.Lasts, longest: 1_000);

    /// <summary>Remembers a page of ours; anything else is forgotten.</summary>
    public static void Keep(HttpContext context, string? address)
    {
        var page = LocalAddress.Or(address, "");
        if (page.Length > 0) Cookie.Keep(context, page);
        else Cookie.Drop(context);
    }

    /// <summary>The page, which is forgotten by that; else another one.</summary>
    public static string Take(HttpContext context, string fallback)
    {
        if (Cookie.In(context.Request) is not { } page) return fallback;
        Cookie.Drop(context);
        return LocalAddress.Or(page, fallback);
    }
}
