using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Automat.Simulator.Machines.VmFlow;

/// <summary>A command as the board reads it.</summary>
/// <param name="Name">Such as <c>credit</c>.</param>
/// <param name="Argument">Such as <c>150</c>.</param>
/// <param name="At">Unix seconds it was signed at.</param>
public sealed record BoardCommand(string Name, string Argument, long At);

/// <summary>Signs and reads lines as the board's firmware does.</summary>
public static class BoardSigning
{
    private const int Longest = 127;
    private const int Window = 10;

    /// <summary>Adds the signature.</summary>
    public static byte[] Sign(string text, string passkey) => Encoding.ASCII.GetBytes($"{text}:{HexOf(text, passkey)}");

    /// <summary>Reads a command; null when it is not signed, too old, too new or empty.</summary>
    public static BoardCommand? Read(ReadOnlyMemory<byte> payload, string passkey, DateTimeOffset now)
    {
        var text = Encoding.ASCII.GetString(payload.Span[..Math.Min(payload.Length, Longest)]);
        var colon = text.LastIndexOf(':');
        if (colon < 0 || text[(colon + 1)..] != HexOf(text[..colon], passkey)) return null;
        if (text[..colon].Split(':') is not [{ Length: > 0 } name, { Length: > 0 } argument, var at]) return null;
        if (!long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var time)) return null;
        return Math.Abs(now.ToUnixTimeSeconds() - time) > Window ? null : new BoardCommand(name, argument, time);
    }

    private static string HexOf(string text, string passkey) => Convert.ToHexStringLower(
        HMACSHA256.HashData(Encoding.ASCII.GetBytes(passkey), Encoding.ASCII.GetBytes(text)));
}
