using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Automat.Domain.Audit;

/// <summary>
/// The hash chain of an audit log. A hash covers the hash before it and every field of the event, each field in a form no
/// other content shares: numbers have a fixed size, texts are preceded by their length. <c>docs/audit.md</c> shows it byte by
/// byte.
/// </summary>
public static class AuditChain
{
    /// <summary>Length of every hash, in bytes.</summary>
    public const int HashSize = SHA256.HashSizeInBytes;

    /// <summary>What every hashed form begins with; another form will have another name.</summary>
    public const string Form = "automat.audit.1";

    private const int Absent = -1;

    /// <summary>What the first event of a log follows.</summary>
    public static ReadOnlySpan<byte> Genesis => new byte[HashSize];

    /// <summary>The hash of an event.</summary>
    /// <param name="previous">The hash before, 32 bytes.</param>
    /// <param name="record">The event.</param>
    public static byte[] Hash(ReadOnlySpan<byte> previous, AuditRecord record) => SHA256.HashData(Bytes(previous, record));

    /// <summary>The bytes whose SHA-256 is the hash of an event.</summary>
    /// <param name="previous">The hash before, 32 bytes.</param>
    /// <param name="record">The event.</param>
    public static byte[] Bytes(ReadOnlySpan<byte> previous, AuditRecord record)
    {
        string?[] texts =
        [
            record.ActorKind, record.Actor, record.OnBehalfOf, record.Origin, record.Action, record.SubjectType,
            record.Subject, record.Changes, record.Reason, record.CorrelationId,
        ];
        var size = Form.Length + previous.Length + (2 * 16) + (2 * sizeof(long));
        foreach (var text in texts) size += sizeof(int) + (text is null ? 0 : Encoding.UTF8.GetByteCount(text));

        var bytes = new byte[size];
        var rest = bytes.AsSpan();
        Encoding.ASCII.GetBytes(Form, rest);
        rest = rest[Form.Length..];
        previous.CopyTo(rest);
        rest = rest[previous.Length..];
        record.Organization.TryWriteBytes(rest, bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(rest[16..], record.Number);
        record.Id.TryWriteBytes(rest[24..], bigEndian: true, out _);
        BinaryPrimitives.WriteInt64BigEndian(rest[40..], record.At);
        rest = rest[48..];
        foreach (var text in texts) rest = rest[Write(rest, text)..];
        return bytes;
    }

    private static int Write(Span<byte> to, string? text)
    {
        if (text is null)
        {
            BinaryPrimitives.WriteInt32BigEndian(to, Absent);
            return sizeof(int);
        }

        var length = Encoding.UTF8.GetBytes(text, to[sizeof(int)..]);
        BinaryPrimitives.WriteInt32BigEndian(to, length);
        return sizeof(int) + length;
    }
}
