using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Automat.StripeSandbox.Webhooks;

/// <summary>Stripe's webhook signature, scheme <c>v1</c>: HMAC-SHA256 over <c>time.body</c>.</summary>
internal static class WebhookSignature
{
    public static string Header(string secret, long unixSeconds, ReadOnlySpan<byte> body)
    {
        var stamp = unixSeconds.ToString(CultureInfo.InvariantCulture);
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(secret));
        mac.AppendData(Encoding.ASCII.GetBytes(stamp + "."));
        mac.AppendData(body);
        return $"t={stamp},v1={Convert.ToHexStringLower(mac.GetHashAndReset())}";
    }
}
