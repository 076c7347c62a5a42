using System.Security.Cryptography;

namespace Automat.Server.Push.Wire;

/// <summary>What a browser gives away so that others can write to it, and only it can read that.</summary>
/// <param name="PublicKey">A point of P-256.</param>
/// <param name="Secret">16 bytes that only the two know; the service in between does not.</param>
internal sealed record PushReceiver(byte[] PublicKey, byte[] Secret)
{
    /// <summary>Bytes of the secret.</summary>
    public const int SecretLength = 16;
}

/// <summary>Encrypts for one browser (RFC 8291): the service that carries it sees who writes to whom and how much, and nothing else.</summary>
internal static class PushEncryption
{
    private const int KeyLength = 32;

    /// <summary>Encrypts under a key and a salt that are used this once.</summary>
    public static byte[] Encrypt(ReadOnlySpan<byte> content, PushReceiver receiver)
    {
        using var sender = ECDiffieHellman.Create(ECCurve.NamedCurves.nistP256);
        Span<byte> salt = stackalloc byte[ContentCoding.SaltLength];
        RandomNumberGenerator.Fill(salt);
        return Encrypt(content, receiver, sender, salt);
    }

    internal static byte[] Encrypt(ReadOnlySpan<byte> content, PushReceiver receiver, ECDiffieHellman sender, ReadOnlySpan<byte> salt)
    {
        var own = P256.PointOf(sender.ExportParameters(includePrivateParameters: false));
        using var theirs = ECDiffieHellman.Create(P256.ParametersOf(receiver.PublicKey));
        var shared = sender.DeriveRawSecretAgreement(theirs.PublicKey);
        Span<byte> key = stackalloc byte[KeyLength];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, shared, key, receiver.Secret, [.. "WebPush: info\0"u8, .. receiver.PublicKey, .. own]);
        return ContentCoding.Seal(key, salt, own, content);
    }
}
