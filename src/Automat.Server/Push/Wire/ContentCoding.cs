using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Automat.Server.Push.Wire;

/// <summary>The content coding <c>aes128gcm</c> (RFC 8188), as far as one record: what is pushed is short.</summary>
internal static class ContentCoding
{
    /// <summary>Its name.</summary>
    public const string Name = "aes128gcm";

    /// <summary>Bytes of a salt.</summary>
    public const int SaltLength = 16;

    /// <summary>Bytes that fit into a record.</summary>
    public const int LongestContent = RecordLength - TagLength - 1;

    // What every push service takes (RFC 8030, 7.2).
    private const int RecordLength = 4_096;
    private const int KeyLength = 16;
    private const int NonceLength = 12;
    private const int TagLength = 16;

    // The end of the last record; other records end in 1.
    private const byte Last = 2;

    /// <summary>Encrypts.</summary>
    /// <param name="key">The input keying material.</param>
    /// <param name="salt">Random bytes, never used twice.</param>
    /// <param name="keyId">What the reader finds the key by; may be empty.</param>
    /// <param name="content">What is said.</param>
    public static byte[] Seal(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt, ReadOnlySpan<byte> keyId, ReadOnlySpan<byte> content)
    {
        if (content.Length > LongestContent) throw new ArgumentOutOfRangeException(nameof(content), "That does not fit into one record.");
        if (salt.Length != SaltLength) throw new ArgumentOutOfRangeException(nameof(salt), "A salt has 16 bytes.");
        Span<byte> contentKey = stackalloc byte[KeyLength];
        Span<byte> nonce = stackalloc byte[NonceLength]; // of the first record, which is the only one
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, contentKey, salt, "Content-Encoding: aes128gcm\0"u8);
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, nonce, salt, "Content-Encoding: nonce\0"u8);

        var head = SaltLength + sizeof(uint) + 1 + keyId.Length;
        var body = new byte[head + content.Length + 1 + TagLength];
        salt.CopyTo(body);
        BinaryPrimitives.WriteUInt32BigEndian(body.AsSpan(SaltLength), RecordLength);
        body[SaltLength + sizeof(uint)] = checked((byte)keyId.Length);
        keyId.CopyTo(body.AsSpan(head - keyId.Length));

        byte[] plain = [.. content, Last];
        using var cipher = new AesGcm(contentKey, TagLength);
        cipher.Encrypt(nonce, plain, body.AsSpan(head, plain.Length), body.AsSpan(head + plain.Length));
        return body;
    }
}
