using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Automat.Protocol;

/// <summary>
/// Signs a device's HTTP requests: HMAC-SHA256, under the device's secret, of five lines joined by single line feeds:
/// method, path with query exactly as sent, SHA-256 of the body, timestamp and nonce.
/// </summary>
public static class DeviceSignature
{
    /// <summary>Characters of a signature and of a body's hash: 32 bytes in lower-case hexadecimal.</summary>
    public const int HexLength = 64;

    /// <summary>How far a request's timestamp may lie from the server's clock, either way.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(60);

    private const int OnStack = 1024;

    private const string EmptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

    /// <summary>The hash of a body as it is signed: lower-case hexadecimal.</summary>
    public static string HashOf(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty) return EmptyHash;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(body, hash);
        return Convert.ToHexStringLower(hash);
    }

    /// <summary>What is signed. It never ends with a line feed.</summary>
    /// <param name="method">The method in capitals, such as <c>POST</c>.</param>
    /// <param name="path">Path with query string, as it stands in the request line.</param>
    /// <param name="bodyHash">See <see cref="HashOf"/>.</param>
    /// <param name="timestamp">Unix seconds as in the header.</param>
    /// <param name="nonce">The UUID as in the header.</param>
    public static string Canonical(string method, string path, string bodyHash, string timestamp, string nonce) =>
        string.Join('\n', method, path, bodyHash, timestamp, nonce);

    /// <summary>Signs a request.</summary>
    /// <param name="secret">The device's secret: the UTF-8 bytes of the text it was given.</param>
    /// <param name="method">The method in capitals.</param>
    /// <param name="path">Path with query string, as it will be sent.</param>
    /// <param name="body">The body, byte for byte; empty when there is none.</param>
    /// <param name="timestamp">Unix seconds.</param>
    /// <param name="nonce">A UUID never used before.</param>
    public static string Sign(
        ReadOnlySpan<byte> secret, string method, string path, ReadOnlySpan<byte> body, long timestamp, string nonce)
    {
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        Compute(secret, method, path, HashOf(body), timestamp.ToString(CultureInfo.InvariantCulture), nonce, mac);
        return Convert.ToHexStringLower(mac);
    }

    /// <summary>Whether a signature is right under any of a device's secrets. Takes the same time whatever is presented.</summary>
    /// <param name="secrets">The secrets that are valid now; all are tried, so that it cannot be told which one fits.</param>
    /// <param name="method">The method in capitals.</param>
    /// <param name="path">Path with query string, as received.</param>
    /// <param name="bodyHash">The hash of the body as received.</param>
    /// <param name="timestamp">As in the header.</param>
    /// <param name="nonce">As in the header.</param>
    /// <param name="signature">As in the header; anything but 64 lower-case hexadecimal digits is wrong.</param>
    public static bool Verify(
        IReadOnlyList<byte[]> secrets, string method, string path, string bodyHash, string timestamp, string nonce,
        string signature)
    {
        Span<byte> presented = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var readable = TryRead(signature, presented);
        Span<byte> mac = stackalloc byte[HMACSHA256.HashSizeInBytes];
        var right = false;
        for (var i = 0; i < secrets.Count; i++)
        {
            Compute(secrets[i], method, path, bodyHash, timestamp, nonce, mac);
            right |= CryptographicOperations.FixedTimeEquals(mac, presented);
        }

        return readable & right;
    }

    private static bool TryRead(string signature, Span<byte> bytes)
    {
        if (signature.Length != HexLength || signature.AsSpan().ContainsAnyInRange('A', 'F')) return false;
        return Convert.FromHexString(signature, bytes, out _, out _) is System.Buffers.OperationStatus.Done;
    }

    private static void Compute(
        ReadOnlySpan<byte> secret, string method, string path, string bodyHash, string timestamp, string nonce,
        Span<byte> mac)
    {
        var most = Encoding.UTF8.GetMaxByteCount(
            method.Length + path.Length + bodyHash.Length + timestamp.Length + nonce.Length + 4);
        var text = most <= OnStack ? stackalloc byte[OnStack] : new byte[most];
        var length = 0;
        Append(text, ref length, method);
        AppendLine(text, ref length, path);
        AppendLine(text, ref length, bodyHash);
        AppendLine(text, ref length, timestamp);
        AppendLine(text, ref length, nonce);
        HMACSHA256.HashData(secret, text[..length], mac);
    }

    private static void AppendLine(Span<byte> text, ref int length, string part)
    {
        text[length++] = (byte)'\n';
        Append(text, ref length, part);
    }

    private static void Append(Span<byte> text, ref int length, string part) =>
        length += Encoding.UTF8.GetBytes(part, text[length..]);
}
