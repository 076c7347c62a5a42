namespace Automat.Server.Customers;

/// <summary>
/// Where somebody came from who asked for an account: kept in their own browser until the mailed link is followed in it. It is in no
/// mail, because a page such as an order's is the secret of whoever has its address, and an address is easily mistyped.
/// </summary>
internal static class WayBack
{
    private static readonly TimeSpan Kept = CustomerLink.Lasts;

    /// <summary>Remembers a page of ours; anything else is forgotten.</summary>
    public static void Keep(HttpContext context, string? address)
    {
        var page = LocalAddress.Or(address, "");
        context.Response.Cookies.Append(NameFor(context.Request), page, Options(context, page.Length > 0 ? Kept : TimeSpan.Zero));
    }

    /// <summary>The page, which is forgotten by that; else another one.</summary>
    public static string Take(HttpContext context, string fallback)
    {
        if (context.Request.Cookies[NameFor(context.Request)] is not { Length: > 0 } page) return fallback;
        context.Response.Cookies.Append(NameFor(context.Request), "", Options(context, TimeSpan.Zero));
        return LocalAddress.Or(page, fallback);
    }

    private static CookieOptions Options(HttpContext context, TimeSpan kept) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        Path = "/",
        MaxAge = kept,
        IsEssential = true,
    };

    private static string NameFor(HttpRequest request) => request.IsHttps ? "__Host-automat_back" : "automat_back";
}
