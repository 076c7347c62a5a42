using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Automat.Server.Counter;

/// <summary>
/// What a browser remembers of a card: the key to the visit it was held for, and only where the customer asked for it. The
/// card itself is with the provider.
/// </summary>
internal static class RememberedCard
{
    private const int WishLength = 22;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(180);

    /// <summary>The key to the visit; null where the browser remembers none.</summary>
    public static string? In(HttpRequest request) => request.Cookies[NameFor(request)];

    /// <summary>Has the browser remember.</summary>
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

    /// <summary>A fresh wish to open a door; it becomes the key to the new visit.</summary>
    public static string NewWish() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Whether a form's text can be a wish of ours.</summary>
    public static bool IsWish(string? text) =>
        text is { Length: WishLength } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>The purchase's id for a wish: the same form sent twice is one purchase.</summary>
    public static Guid ReferenceOf(string wish) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes("wish|" + wish)).AsSpan(0, 16), bigEndian: true);

    private static string NameFor(HttpRequest request) => request.IsHttps ? "__Host-automat_card" : "automat_card";
}
