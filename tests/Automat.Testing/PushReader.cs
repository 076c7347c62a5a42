using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Automat.Testing;

/// <summary>The browser's half of a push: reads what was encrypted for it (RFC 8291 and 8188 from the other end).</summary>
public sealed class PushReader : IDisposable
{
    private readonly ECDiffieHellman key;

    /// <summary>A browser with keys of its own.</summary>
    public PushReader()
        : this(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256), RandomNumberGenerator.GetBytes(16))
    {
    }

    /// <summary>A browser with these keys.</summary>
    public PushReader(ECDiffieHellman key, byte[] secret) => (this.key, Secret) = (key, secret);

    /// <summary>What others encrypt with.</summary>
    public byte[] PublicKey => PointOf(key.ExportParameters(includePrivateParameters: false));

    /// <summary>What the service in between does not know.</summary>
    public byte[] Secret { get; }

    /// <summary>Reads a body of one record.</summary>
    public string Read(byte[] body)
    {
        const int Head = 21;
        var idLength = body[Head - 1];
        var sender = body[Head..(Head + idLength)];
        var sealedText = body[(Head + idLength)..];
        if (sealedText.Length > BinaryPrimitives.ReadUInt32BigEndian(body.AsSpan(16))) throw new CryptographicException("More than one record.");
        using var theirs = ECDiffieHellman.Create(KeyOf(sender));
        var shared = key.DeriveRawSecretAgreement(theirs.PublicKey);
        byte[] about = [.. "WebPush: info\0"u8, .. PublicKey, .. sender];
        var material = HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, 32, Secret, about);
        var contentKey = HKDF.DeriveKey(HashAlgorithmName.SHA256, material, 16, body[..16], "Content-Encoding: aes128gcm\0"u8.ToArray());
        var nonce = HKDF.DeriveKey(HashAlgorithmName.SHA256, material, 12, body[..16], "Content-Encoding: nonce\0"u8.ToArray());
        var plain = new byte[sealedText.Length - 16];
        using var cipher = new AesGcm(contentKey, 16);
        cipher.Decrypt(nonce, sealedText.AsSpan(0, plain.Length), sealedText.AsSpan(plain.Length), plain);
        var end = Array.FindLastIndex(plain, b => b != 0); // what follows is padding
        return plain[end] == 2 ? Encoding.UTF8.GetString(plain, 0, end) : throw new CryptographicException("That is not the last record.");
    }

    /// <summary>What a sender says of itself, checked against the key it shows (RFC 8292).</summary>
    /// <exception cref="CryptographicException">It is not signed with that key.</exception>
    public static (string Audience, DateTimeOffset Until, string Contact, byte[] Key) Sender(string authorization)
    {
        var parts = authorization["vapid ".Length..].Split(',', StringSplitOptions.TrimEntries).ToDictionary(p => p[..1], p => p[2..]);
        var token = parts["t"].Split('.');
        var shown = Base64Url.DecodeFromChars(parts["k"]);
        using var verifier = ECDsa.Create(KeyOf(shown));
        var isTheirs = verifier.VerifyData(
            Encoding.ASCII.GetBytes($"{token[0]}.{token[1]}"), Base64Url.DecodeFromChars(token[2]), HashAlgorithmName.SHA256,
            DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        var head = JsonElement.Parse(Base64Url.DecodeFromChars(token[0]));
        if (!isTheirs || head.GetProperty("alg").GetString() != "ES256") throw new CryptographicException("Somebody else signed it.");
        var claims = JsonElement.Parse(Base64Url.DecodeFromChars(token[1]));
        return (claims.GetProperty("aud").GetString()!, DateTimeOffset.FromUnixTimeSeconds(claims.GetProperty("exp").GetInt64()),
            claims.GetProperty("sub").GetString()!, shown);
    }

    /// <inheritdoc/>
    public void Dispose() => key.Dispose();

    private static byte[] PointOf(ECParameters key) => [4, .. key.Q.X!, .. key.Q.Y!];

    private static ECParameters KeyOf(byte[] point) =>
        new() { Curve = ECCurve.NamedCurves.nistP256, Q = new ECPoint { X = point[1..33], Y = point[33..65] } };
}
