using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Automat.Server.Payments.Stripe;

/// <summary>
/// The header <c>Stripe-Signature: t=seconds,v1=hex[,v1=hex…]</c>, where v1 is HMAC-SHA256 over <c>t</c>, a full stop
/// and the raw body (docs.stripe.com/webhooks/signature). Several v1 come while a secret is rolled; other schemes are
/// ignored.
/// </summary>
internal static class StripeSignature
{
    /// <summary>
    /// How far the signature's clock and ours may be apart, either way. Stripe's own libraries say the same.
    /// </summary>
    public static readonly TimeSpan Tolerance = TimeSpan.FromSeconds(300);

    private const int MaxHeader = 4096;
    private const int MaxSignatures = 16;

    public static bool Verify(
        ReadOnlySpan<byte> body, string? header, IReadOnlyList<string> secrets, DateTimeOffset now)
    {
        if (!TryRead(header, out var time, out var timeText, out var signatures)) return false;
        if (Math.Abs(now.ToUnixTimeSeconds() - time) > (long)Tolerance.TotalSeconds) return false;

        // All are compared with all, without stopping early: how long it takes says nothing.
        var found = false;
        foreach (var secret in secrets)
        {
            var expected = Sign(body, timeText, secret);
            foreach (var signature in signatures) found |= CryptographicOperations.FixedTimeEquals(signature, expected);
        }

        return found;
    }

    private static byte[] Sign(ReadOnlySpan<byte> body, string timeText, string secret)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        hmac.AppendData(Encoding.ASCII.GetBytes(timeText));
        hmac.AppendData("."u8);
        hmac.AppendData(body);
        return hmac.GetHashAndReset();
    }

    private static bool TryRead(string? header, out long time, out string timeText, out List<byte[]> signatures)
    {
        (time, timeText, signatures) = (0, "", []);
        if (header is null || header.Length > MaxHeader) return false;

        foreach (var part in header.Split(',', StringSplitOptions.TrimEntries))
        {
            var equals = part.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) return false;

            var value = part[(equals + 1)..];
            switch (part[..equals])
            {
                case "t":
                    // Two times would leave open which one was signed. Twelve digits reach beyond the year 9999.
                    if (timeText.Length > 0 || value.Length > 12
                        || !long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out time))
                    {
                        return false;
                    }

                    timeText = value;
                    break;

                case "v1":
                    if (signatures.Count == MaxSignatures) return false;
                    var bytes = new byte[32];
                    if (value.Length == 64 && TryHex(value, bytes)) signatures.Add(bytes);
                    break;
            }
        }

        return timeText.Length > 0 && signatures.Count > 0;
    }

    private static bool TryHex(string text, byte[] bytes) =>
        Convert.FromHexString(text, bytes, out _, out var written) == OperationStatus.Done
        && written == bytes.Length;
}
