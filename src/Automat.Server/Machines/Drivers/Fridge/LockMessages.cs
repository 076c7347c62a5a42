using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Automat.Domain.Doors;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>What a controller said of the door.</summary>
/// <param name="Transaction">Which visit.</param>
/// <param name="Items">What was taken, by the fridge's own names; nothing when empty.</param>
/// <param name="Units">How much lighter the fridge became, in units of its scale.</param>
internal sealed record DoorMessage(string Transaction, IReadOnlyList<TakenItem> Items, double Units);

/// <summary>
/// What lock controllers read and write, byte for byte as their firmware does: a text, one <c>|</c>, and the lower-case hex of
/// HMAC-SHA256 over the text. The key is the secret's own characters.
/// </summary>
internal static class LockMessages
{
    /// <summary>Bytes of the longest message that is read.</summary>
    public const int Longest = 4_096;

    private const int LongestName = 64;
    private const int MostItems = 200;
    private const int SignatureLength = 64;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private static readonly SearchValues<char> Hex = SearchValues.Create("0123456789abcdef");

    /// <summary>Opens the lock. It says nothing of a deadline, as controllers know none: it is only ever sent to one that is
    /// connected, and never kept for later.</summary>
    public static byte[] Unlock(string transaction, ReadOnlySpan<byte> key) => Signed($"unlock:{transaction}", key);

    /// <summary>A text as controllers sign it.</summary>
    public static byte[] Signed(string text, ReadOnlySpan<byte> key) => Encoding.UTF8.GetBytes($"{text}|{SignatureOf(text, key)}");

    /// <summary>Reads what was said of the door; null, and why, when it is none or not signed with the key.</summary>
    /// <param name="payload">The bytes.</param>
    /// <param name="key">A secret of the machine.</param>
    /// <param name="fault">Why not, in a stable word.</param>
    public static DoorMessage? ReadDoor(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> key, out string fault)
    {
        fault = "malformed";
        if (payload.Length > Longest || TextOf(payload) is not { } message) return null;
        var cut = message.IndexOf('|', StringComparison.Ordinal);
        if (cut < 0 || message.Length - cut - 1 != SignatureLength || message.AsSpan(cut + 1).ContainsAnyExcept(Hex)) return null;
        var text = message[..cut];
        if (!IsSigned(text, message.AsSpan(cut + 1), key))
        {
            fault = "signature";
            return null;
        }

        return text.Split(':') is [var transaction, var names, var units] && IsTransaction(transaction)
            && ItemsIn(names) is { } items
            && double.TryParse(units, NumberStyles.Float, CultureInfo.InvariantCulture, out var lighter) && double.IsFinite(lighter)
            ? new DoorMessage(transaction, items, lighter)
            : null;
    }

    /// <summary>Whether this can name a visit on the wire.</summary>
    public static bool IsTransaction(string text) =>
        text.Length is > 0 and <= LongestName && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');

    /// <summary>How controllers sign a text.</summary>
    public static string SignatureOf(string text, ReadOnlySpan<byte> key) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes(text)));

    private static bool IsSigned(string text, ReadOnlySpan<char> presented, ReadOnlySpan<byte> key)
    {
        Span<byte> given = stackalloc byte[SignatureLength];
        Encoding.ASCII.GetBytes(presented, given);
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(SignatureOf(text, key)), given);
    }

    private static string? TextOf(ReadOnlySpan<byte> payload)
    {
        try
        {
            return Strict.GetString(payload);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }

    /// <summary>Names with how often each stands there; null when one is no name.</summary>
    private static List<TakenItem>? ItemsIn(string names)
    {
        if (names.Length == 0) return [];
        var all = names.Split(',');
        return all.Length <= MostItems && all.All(name => name.Length is > 0 and <= LongestName && !name.Any(char.IsControl))
            ? [.. all.GroupBy(name => name, StringComparer.OrdinalIgnoreCase).Select(same => new TakenItem(same.Key, same.Count()))]
            : null;
    }
}
