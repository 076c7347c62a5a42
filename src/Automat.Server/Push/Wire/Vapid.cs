using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Automat.Server.Push.Wire;

/// <summary>
/// How a sender tells push services who it is (RFC 8292): a token signed with the key that the browser was given when it
/// allowed the pushes, so that nobody else can send any.
/// </summary>
internal static class Vapid
{
    // The longest that is allowed is a day; clocks differ.
    private static readonly TimeSpan Lasts = TimeSpan.FromHours(12);

    /// <summary>What goes into <c>Authorization</c>.</summary>
    /// <param name="key">The sender's key.</param>
    /// <param name="endpoint">Where it is sent to.</param>
    /// <param name="contact">Whom the service may write to when something is wrong: <c>mailto:</c> or <c>https:</c>.</param>
    /// <param name="now">The time.</param>
    public static string Header(ECDsa key, Uri endpoint, string contact, DateTimeOffset now)
    {
        var token = Token(key, endpoint.GetLeftPart(UriPartial.Authority), contact, now + Lasts);
        return $"vapid t={token}, k={Base64Url.EncodeToString(PublicKeyOf(key))}";
    }

    /// <summary>The public half of a key, as browsers want it.</summary>
    public static byte[] PublicKeyOf(ECDsa key) => P256.PointOf(key.ExportParameters(includePrivateParameters: false));

    internal static string Token(ECDsa key, string audience, string contact, DateTimeOffset until)
    {
        var claims = JsonSerializer.SerializeToUtf8Bytes(new { aud = audience, exp = until.ToUnixTimeSeconds(), sub = contact });
        var signed = $"{Base64Url.EncodeToString("""{"typ":"JWT","alg":"ES256"}"""u8)}.{Base64Url.EncodeToString(claims)}";
        var signature = key.SignData(
            Encoding.ASCII.GetBytes(signed), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }
}
