using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Automat.Server.People;

/// <summary>Random words that open something, and the hashes they are kept as.</summary>
public static class Secrets
{
    // Without letters and digits that look alike on paper.
    private const string Readable = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    /// <summary>256 random bits, safe in an address.</summary>
    public static string NewToken() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <summary>80 random bits in four groups, to be written down: <c>ABCD-EFGH-JKLM-NPQR</c>.</summary>
    public static string NewRecoveryCode() =>
        string.Join('-', RandomNumberGenerator.GetString(Readable, 16).Chunk(4).Select(four => new string(four)));

    /// <summary>The hash of a link's or token's secret part.</summary>
    public static byte[] HashOf(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>The hash of a recovery code, however it was typed.</summary>
    public static byte[] HashOfCode(string code) =>
        HashOf(new string([.. code.Where(char.IsAsciiLetterOrDigit).Select(char.ToUpperInvariant)]));
}
