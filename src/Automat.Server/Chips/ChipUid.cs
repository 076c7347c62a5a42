using System.Security.Cryptography;
using Automat.Domain;

namespace Automat.Server.Chips;

/// <summary>
/// A chip's UID as a reader gives it: 4 to 10 bytes. It is a secret of its owner: it is compared by its keyed hash, never
/// stored, and says nothing of itself in a log.
/// </summary>
public readonly struct ChipUid
{
    private const int Shortest = 4;
    private const int Longest = 10;

    private readonly byte[] bytes;

    private ChipUid(byte[] bytes) => this.bytes = bytes;

    /// <summary>Reads a UID: hexadecimal digits, pairs possibly parted by colons, hyphens or blanks.</summary>
    /// <exception cref="RuleException"><c>chip_uid_invalid</c>.</exception>
    public static ChipUid Parse(string? text)
    {
        Span<char> digits = stackalloc char[Longest * 2];
        var count = 0;
        if (text is null || text.Length > Longest * 3) throw Invalid();
        foreach (var c in text)
        {
            if (c is ':' or '-' or ' ') continue;
            if (!char.IsAsciiHexDigit(c) || count == digits.Length) throw Invalid();
            digits[count++] = c;
        }

        if (count % 2 != 0 || count < Shortest * 2) throw Invalid();
        return new ChipUid(Convert.FromHexString(digits[..count]));
    }

    /// <summary>What it is found by.</summary>
    /// <param name="key">The organisation's key.</param>
    internal byte[] HashUnder(byte[] key) => HMACSHA256.HashData(key, bytes);

    /// <summary>Nothing: a UID does not belong into any text.</summary>
    public override string ToString() => "(chip)";

    private static RuleException Invalid() =>
        new("chip_uid_invalid", "A chip's UID is 4 to 10 bytes in hexadecimal.");
}
