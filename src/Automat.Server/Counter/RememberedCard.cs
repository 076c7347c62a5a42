using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Automat.Server.Platform;

namespace Automat.Server.Counter;

/// <summary>
/// What a browser remembers of a card: the key to the visit it was held for, and only where the customer asked for it. The
/// card itself is with the provider.
/// </summary>
internal static class RememberedCard
{
    private const int WishLength = 22;

    /// <summary>The cookie with the key to the visit.</summary>
    public static readonly KeyCookie Key = new("automat_card", TimeSpan.FromDays(180));

    /// <summary>A fresh wish to open a door; it becomes the key to the new visit.</summary>
    public static string NewWish() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Whether a form's text can be a wish of ours.</summary>
    public static bool IsWish(string? text) =>
        text is { Length: WishLength } && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>The purchase's id for a wish: the same form sent twice is one purchase.</summary>
    public static Guid ReferenceOf(string wish) =>
        new(SHA256.HashData(Encoding.UTF8.GetBytes("wish|" + wish)).AsSpan(0, 16), bigEndian: true);
}
