using System.Buffers.Binary;

namespace Automat.Server.Ledger;

/// <summary>A row of the ledger as it lies in a binary <c>COPY</c>; nothing is copied out of the buffer.</summary>
internal readonly ref struct EntryRow
{
    private const int Columns = 8;

    /// <summary>The columns, in the order they are read.</summary>
    public const string Selected = "sequence, timestamp, kind, payload, payload_hash, prev_hash, nonce, chain_hash";

    private EntryRow(
        long sequence, long timestamp, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> payload,
        ReadOnlySpan<byte> payloadHash, ReadOnlySpan<byte> prevHash, ReadOnlySpan<byte> nonce,
        ReadOnlySpan<byte> chainHash)
    {
        Sequence = sequence;
        Timestamp = timestamp;
        Kind = kind;
        Payload = payload;
        PayloadHash = payloadHash;
        PrevHash = prevHash;
        Nonce = nonce;
        ChainHash = chainHash;
    }

    public long Sequence { get; }

    public long Timestamp { get; }

    /// <summary>UTF-8, not escaped.</summary>
    public ReadOnlySpan<byte> Kind { get; }

    public ReadOnlySpan<byte> Payload { get; }

    public ReadOnlySpan<byte> PayloadHash { get; }

    public ReadOnlySpan<byte> PrevHash { get; }

    public ReadOnlySpan<byte> Nonce { get; }

    public ReadOnlySpan<byte> ChainHash { get; }

    /// <summary>Reads the row at the buffer's start; false when not all of it is there.</summary>
    public static bool TryRead(ReadOnlySpan<byte> buffer, out EntryRow row, out int length)
    {
        row = default;
        length = 0;
        if (buffer.Length < sizeof(short)) return false;
        if (BinaryPrimitives.ReadInt16BigEndian(buffer) != Columns)
        {
            throw new InvalidDataException("The database sent something that is no ledger row.");
        }

        var at = sizeof(short);
        if (!Next(buffer, ref at, out var sequence) || !Next(buffer, ref at, out var timestamp)
            || !Next(buffer, ref at, out var kind) || !Next(buffer, ref at, out var payload)
            || !Next(buffer, ref at, out var payloadHash) || !Next(buffer, ref at, out var prevHash)
            || !Next(buffer, ref at, out var nonce) || !Next(buffer, ref at, out var chainHash))
        {
            return false;
        }

        row = new EntryRow(
            BinaryPrimitives.ReadInt64BigEndian(sequence), BinaryPrimitives.ReadInt64BigEndian(timestamp), kind,
            payload, payloadHash, prevHash, nonce, chainHash);
        length = at;
        return true;
    }

    /// <summary>The whole row that begins at a place in the buffer.</summary>
    public static EntryRow At(ReadOnlySpan<byte> buffer, int start) => TryRead(buffer[start..], out var row, out _)
        ? row
        : throw new InvalidOperationException("The row is not whole.");

    private static bool Next(ReadOnlySpan<byte> buffer, scoped ref int at, out ReadOnlySpan<byte> field)
    {
        field = default;
        if (buffer.Length - at < sizeof(int)) return false;
        // A null has length -1; no column here allows one, so it reads as nothing.
        var size = Math.Max(BinaryPrimitives.ReadInt32BigEndian(buffer[at..]), 0);
        at += sizeof(int);
        if (buffer.Length - at < size) return false;
        field = buffer.Slice(at, size);
        at += size;
        return true;
    }
}
