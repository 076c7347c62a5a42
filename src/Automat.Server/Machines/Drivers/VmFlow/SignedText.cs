using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>
/// The lines a VMflow board and its server sign: fields, Unix seconds and the lowercase hex HMAC-SHA256 of all before the
/// last colon, keyed with the passkey as ASCII. There is no nonce; a line is good for a few seconds around its time.
/// </summary>
internal static class SignedText
{
    /// <summary>The board reads no more bytes of a command than this.</summary>
    public const int LongestCommand = 127;

    /// <summary>No line of a board is longer.</summary>
    public const int LongestReport = 160;

    /// <summary>Seconds a line's time may be off at the receiver's clock, either way.</summary>
    public const int Window = 10;

    private const int HexLength = 64;

    /// <summary>What a command without an argument carries: the board does not read an empty one.</summary>
    public const string NoArgument = "-";

    /// <summary>A command as the board takes it, such as <c>credit:150:1752800000:…</c>.</summary>
    public static byte[] Command(string command, string argument, DateTimeOffset at, ReadOnlySpan<byte> passkey)
    {
        var line = Sign(string.Create(CultureInfo.InvariantCulture, $"{command}:{argument}:{at.ToUnixTimeSeconds()}"), passkey);
        return line.Length <= LongestCommand
            ? line
            : throw new ArgumentException("The board cuts off what is longer than 127 bytes.", nameof(argument));
    }

    /// <summary>A text with its signature behind the last colon.</summary>
    public static byte[] Sign(string text, ReadOnlySpan<byte> passkey)
    {
        var signed = Encoding.ASCII.GetBytes(text);
        return [.. signed, (byte)':', .. Encoding.ASCII.GetBytes(Convert.ToHexStringLower(HMACSHA256.HashData(passkey, signed)))];
    }

    /// <summary>What a line says, when one of the passkeys signed it; null for anything else.</summary>
    public static string? Open(ReadOnlySpan<byte> line, IReadOnlyList<byte[]> passkeys)
    {
        if (line.Length > LongestReport) return null;
        var colon = line.LastIndexOf((byte)':');
        if (colon < 1 || line.Length - colon - 1 != HexLength) return null;
        Span<byte> given = stackalloc byte[HexLength / 2];
        if (Convert.FromHexString(line[(colon + 1)..], given, out _, out _) is not System.Buffers.OperationStatus.Done) return null;
        var signed = line[..colon];
        Span<byte> right = stackalloc byte[HexLength / 2];
        var found = false;
        foreach (var passkey in passkeys)
        {
            HMACSHA256.HashData(passkey, signed, right);
            found |= CryptographicOperations.FixedTimeEquals(right, given);
        }

        return found && Ascii.IsValid(signed) ? Encoding.ASCII.GetString(signed) : null;
    }
}
