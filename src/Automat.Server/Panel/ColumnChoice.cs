namespace Automat.Server.Panel;

/// <summary>Which columns of a list somebody chose to see. The browser keeps it for a year, for this list alone.</summary>
internal static class ColumnChoice
{
    private const string Key = "columns";
    private const int LongestKey = 40;
    private const int LongestCookie = 1000;

    /// <summary>What the address chooses, which is kept, else what was kept; none for the usual columns.</summary>
    public static IReadOnlyList<string> Of(HttpRequest request, int most)
    {
        var cookie = CookieOf(request.Path);
        var chosen = Known(request.Query[Key], most);
        if (chosen.Count == 0)
            return request.Cookies[cookie] is { Length: > 0 and <= LongestCookie } kept ? Known(kept.Split('.'), most) : [];

        request.HttpContext.Response.Cookies.Append(cookie, string.Join('.', chosen), new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = TimeSpan.FromDays(365),
            Path = request.PathBase + request.Path,
            SameSite = SameSiteMode.Lax,
            Secure = request.IsHttps,
        });
        return chosen;
    }

    private static List<string> Known(IEnumerable<string?> keys, int most) => [.. keys
        .OfType<string>().Where(key => key.Length is > 0 and <= LongestKey && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-'))
        .Distinct(StringComparer.Ordinal).Take(most)];

    // The path is in the name, too: a list below another one would be sent both.
    private static string CookieOf(PathString path) =>
        "automat_columns" + string.Concat(path.ToString().Take(100).Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-'));
}
