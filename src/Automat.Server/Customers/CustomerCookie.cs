namespace Automat.Server.Customers;

/// <summary>The key to a customer's session in the browser: random, and readable by no script.</summary>
internal static class CustomerCookie
{
    private const int Longest = 64;

    /// <summary>The key; null where the browser has none.</summary>
    public static string? In(HttpRequest request) =>
        request.Cookies[NameFor(request)] is { Length: > 0 and <= Longest } token ? token : null;

    public static void Keep(HttpContext context, string token) => context.Response.Cookies.Append(
        NameFor(context.Request), token, Options(context.Request, CustomerSession.Lasts));

    public static void Drop(HttpContext context) => context.Response.Cookies.Append(
        NameFor(context.Request), "", Options(context.Request, TimeSpan.Zero));

    private static CookieOptions Options(HttpRequest request, TimeSpan lasts) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = request.IsHttps,
        Path = "/",
        MaxAge = lasts,
        IsEssential = true,
    };

    private static string NameFor(HttpRequest request) => request.IsHttps ? "__Host-automat_me" : "automat_me";
}
