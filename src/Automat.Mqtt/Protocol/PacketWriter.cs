using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Automat.Mqtt.Protocol;

/// <summary>Writes the primitive types of MQTT into a rented buffer, so that lengths can be written before what they
/// count. Dispose it to give the buffer back.</summary>
internal ref struct PacketWriter : IDisposable
{
    private byte[] buffer = ArrayPool<byte>.Shared.Rent(256);
    private int count;

    public PacketWriter()
    {
    }

    public readonly ReadOnlySpan<byte> Written => buffer.AsSpan(0, count);

    public void WriteByte(byte value) => Reserve(1)[0] = value;

    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Reserve(2), value);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);

    public void WriteVariableInt(uint value)
    {
        Span<byte> bytes = stackalloc byte[4];
        WriteBytes(bytes[..EncodeVariableInt(value, bytes)]);
    }

    public void WriteString(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        if (length > ushort.MaxValue) throw new ArgumentException("A text is longer than 65,535 bytes.", nameof(text));
        WriteUInt16((ushort)length);
        Encoding.UTF8.GetBytes(text, Reserve(length));
    }

    public void WriteBinary(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > ushort.MaxValue)
            throw new ArgumentException("Binary data beyond 65,535 bytes.", nameof(bytes));
        WriteUInt16((ushort)bytes.Length);
        WriteBytes(bytes);
    }

    public void WriteBytes(scoped ReadOnlySpan<byte> bytes) => bytes.CopyTo(Reserve(bytes.Length));

    public readonly void Dispose() => ArrayPool<byte>.Shared.Return(buffer);

    /// <summary>Encodes a variable byte integer (section 1.5.5) and returns how many bytes it took.</summary>
    public static int EncodeVariableInt(uint value, Span<byte> destination)
    {
        var length = 0;
        do
        {
            var b = (byte)(value & 0x7F);
            value >>= 7;
            destination[length++] = value > 0 ? (byte)(b | 0x80) : b;
        }
        while (value > 0);
        return length;
    }

    public static int VariableIntLength(int value) => value switch
    {
        < 128 => 1,
        < 16_384 => 2,
        < 2_097_152 => 3,
        _ => 4,
    };

    private Span<byte> Reserve(int bytes)
    {
        if (count + bytes > buffer.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(Math.Max(count + bytes, buffer.Length * 2));
            buffer.AsSpan(0, count).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = larger;
        }

        count += bytes;
        return buffer.AsSpan(count - bytes, bytes);
    }
}
