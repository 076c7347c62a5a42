namespace Automat.Server.Platform;

/// <summary>
/// A cookie that holds a random key to something kept here, or what only this server can read. No script reads it, and no other
/// site sends it with a form.
/// </summary>
/// <param name="name">What it is called; over TLS with the prefix that binds it to this host.</param>
/// <param name="kept">How long the browser keeps it.</param>
/// <param name="longest">Characters it has at most.</param>
public sealed class KeyCookie(string name, TimeSpan kept, int longest = 64)
{
    /// <summary>The key; null where the browser has none.</summary>
    public string? In(HttpRequest request) =>
        request.Cookies[NameFor(request)] is { Length: > 0 } token && token.Length <= longest ? token : null;

    /// <summary>Has the browser keep the key.</summary>
    public void Keep(HttpContext context, string token) => Write(context, token, kept);

    /// <summary>Has the browser forget it.</summary>
    public void Drop(HttpContext context) => Write(context, "", TimeSpan.Zero);

    private void Write(HttpContext context, string token, TimeSpan lasts) => context.Response.Cookies.Append(
        NameFor(context.Request), token, new CookieOptions
        {
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            Path = "/",
            MaxAge = lasts,
            IsEssential = true,
        });

    private string NameFor(HttpRequest request) => request.IsHttps ? "__Host-" + name : name;
}
