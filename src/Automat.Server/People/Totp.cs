using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Automat.Server.People;

/// <summary>
/// Codes of authenticator apps (RFC 6238: SHA-1, six digits, 30 seconds). The framework checks them too, but does not tell
/// which step a code belongs to, and without that the same code counts twice.
/// </summary>
internal static class Totp
{
    private const int StepSeconds = 30;
    private const string Base32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>The step of a time.</summary>
    public static long StepOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / StepSeconds;

    /// <summary>The code of a step.</summary>
    /// <param name="secret">The shared secret in base 32.</param>
    /// <param name="step">The step.</param>
    public static string CodeOf(string secret, long step)
    {
        Span<byte> counter = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(counter, step);
        // SHA-1 is what authenticator apps speak; as a keyed hash over a counter it holds.
#pragma warning disable CA5350
        var hash = HMACSHA1.HashData(BytesOf(secret), counter);
#pragma warning restore CA5350
        var number = BinaryPrimitives.ReadInt32BigEndian(hash.AsSpan(hash[^1] & 0xf)) & int.MaxValue;
        return (number % 1_000_000).ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>The step a code belongs to; null when it is none of now, the one before or the one after.</summary>
    public static long? Check(string secret, string? code, DateTimeOffset now)
    {
        var typed = new string([.. (code ?? "").Where(char.IsAsciiDigit)]);
        if (typed.Length != 6) return null;
        long? found = null;
        for (var step = StepOf(now) - 1; step <= StepOf(now) + 1; step++)
        {
            if (CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(CodeOf(secret, step)), Encoding.ASCII.GetBytes(typed)))
                found = step;
        }

        return found;
    }

    /// <summary>What the QR code holds.</summary>
    public static string AddressOf(string secret, string account) =>
        $"otpauth://totp/Automat:{Uri.EscapeDataString(account)}?secret={secret}&issuer=Automat&digits=6&period=30";

    private static byte[] BytesOf(string base32)
    {
        var bytes = new List<byte>();
        var (bits, held) = (0, 0);
        foreach (var c in base32.Where(c => c is not ('=' or ' ')))
        {
            bits = ((bits << 5) | Base32.IndexOf(char.ToUpperInvariant(c), StringComparison.Ordinal)) & 0xfff;
            held += 5;
            if (held < 8) continue;
            held -= 8;
            bytes.Add((byte)((bits >> held) & 0xff));
        }

        return [.. bytes];
    }
}
