using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Automat.Domain.Ledger;

/// <summary>
/// The hash chain of a ledger: <c>chain_hash = SHA-256(prev_hash ‖ payload_hash ‖ timestamp ‖ nonce)</c>, the timestamp as
/// Unix microseconds in 8 bytes, most significant first. The first entry follows 32 zero bytes.
/// </summary>
public static class Chain
{
    /// <summary>Length of every hash, in bytes.</summary>
    public const int HashSize = SHA256.HashSizeInBytes;

    /// <summary>Length of a nonce, in bytes.</summary>
    public const int NonceSize = 16;

    /// <summary>Length of what a chain hash is made from, in bytes.</summary>
    public const int LinkSize = HashSize + HashSize + sizeof(long) + NonceSize;

    /// <summary>What the first entry of a ledger follows.</summary>
    public static ReadOnlySpan<byte> Genesis => new byte[HashSize];

    /// <summary>The next link of the chain.</summary>
    /// <param name="previous">The chain hash before, 32 bytes.</param>
    /// <param name="payloadHash">SHA-256 of the payload's stored bytes.</param>
    /// <param name="timestamp">Unix microseconds.</param>
    /// <param name="nonce">16 random bytes.</param>
    /// <param name="next">Receives the 32 bytes of the new chain hash.</param>
    public static void Next(
        ReadOnlySpan<byte> previous, ReadOnlySpan<byte> payloadHash, long timestamp, ReadOnlySpan<byte> nonce,
        Span<byte> next)
    {
        Span<byte> link = stackalloc byte[LinkSize];
        Link(previous, payloadHash, timestamp, nonce, link);
        SHA256.HashData(link, next);
    }

    /// <summary>The bytes whose SHA-256 is the next chain hash.</summary>
    /// <param name="previous">The chain hash before, 32 bytes.</param>
    /// <param name="payloadHash">SHA-256 of the payload's stored bytes.</param>
    /// <param name="timestamp">Unix microseconds.</param>
    /// <param name="nonce">16 random bytes.</param>
    /// <param name="link">Receives <see cref="LinkSize"/> bytes.</param>
    public static void Link(
        ReadOnlySpan<byte> previous, ReadOnlySpan<byte> payloadHash, long timestamp, ReadOnlySpan<byte> nonce,
        Span<byte> link)
    {
        previous.CopyTo(link);
        payloadHash.CopyTo(link[HashSize..]);
        BinaryPrimitives.WriteInt64BigEndian(link[(2 * HashSize)..], timestamp);
        nonce.CopyTo(link[((2 * HashSize) + sizeof(long))..]);
    }

    /// <summary>A point in time as the chain counts it: microseconds since 1970.</summary>
    public static long Timestamp(DateTimeOffset time) =>
        (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;
}
