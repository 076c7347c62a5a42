using System.Globalization;

namespace Automat.Server.Storefront;

/// <summary>What a visitor asked of the pages themselves: a language and a light. Kept in two cookies for a year.</summary>
internal static class Wish
{
    public const string LanguageKey = "lang";
    public const string ThemeKey = "theme";
    public const string LanguageCookie = "automat.lang";
    public const string ThemeCookie = "automat.theme";

    public static readonly IReadOnlyList<CultureInfo> Languages =
        [.. new[] { "en", "de", "es" }.Select(CultureInfo.GetCultureInfo)];

    private static readonly string[] Themes = ["auto", "light", "dark"];

    /// <summary><c>auto</c>, <c>light</c> or <c>dark</c>: the address says, else the cookie, else the system decides.</summary>
    public static string Theme(HttpContext? context) =>
        Known(Themes, context?.Request.Query[ThemeKey]) ?? Known(Themes, context?.Request.Cookies[ThemeCookie]) ?? "auto";

    /// <summary>The address of the page being shown, but in another language or light; other parameters stay.</summary>
    public static string Here(HttpContext? context, string key, string value)
    {
        if (context is null) return $"?{key}={value}";

        var request = context.Request;
        var rest = request.Query.Where(pair => pair.Key is not (LanguageKey or ThemeKey));
        return request.PathBase + request.Path + QueryString.Create(rest).Add(key, value);
    }

    /// <summary>Stores a choice made in the address; anything we do not know is ignored.</summary>
    public static void Remember(HttpContext context)
    {
        var languages = Languages.Select(language => language.Name).ToArray();
        Keep(context, LanguageCookie, Known(languages, context.Request.Query[LanguageKey]));
        Keep(context, ThemeCookie, Known(Themes, context.Request.Query[ThemeKey]));
    }

    private static string? Known(string[] known, string? value) => known.Contains(value) ? value : null;

    private static void Keep(HttpContext context, string cookie, string? value)
    {
        if (value is null) return;

        context.Response.Cookies.Append(cookie, value, new CookieOptions
        {
            HttpOnly = true,
            IsEssential = true,
            MaxAge = TimeSpan.FromDays(365),
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
        });
    }
}
