namespace Automat.Server.Shop;

/// <summary>The key to a cart in the browser: random, readable by no script, gone after a month without a visit.</summary>
internal static class CartCookie
{
    public static readonly TimeSpan Kept = TimeSpan.FromDays(30);

    private const int Longest = 64;

    /// <summary>The key; null where the browser has none.</summary>
    public static string? In(HttpRequest request) =>
        request.Cookies[NameFor(request)] is { Length: > 0 and <= Longest } token ? token : null;

    public static void Keep(HttpContext context, string token) => context.Response.Cookies.Append(
        NameFor(context.Request), token, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            Path = "/",
            MaxAge = Kept,
            IsEssential = true,
        });

    /// <summary>The browser's cart has become an account's.</summary>
    public static void Drop(HttpContext context) => context.Response.Cookies.Append(
        NameFor(context.Request), "", new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            Path = "/",
            MaxAge = TimeSpan.Zero,
        });

    private static string NameFor(HttpRequest request) => request.IsHttps ? "__Host-automat_cart" : "automat_cart";
}
