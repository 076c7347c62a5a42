using System.Buffers.Binary;
using System.Text;

namespace Automat.Mqtt.Protocol;

/// <summary>Reads the primitive types of MQTT (section 1.5) and refuses whatever is not exactly right.</summary>
internal ref struct PacketReader(ReadOnlySpan<byte> data)
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    private ReadOnlySpan<byte> rest = data;

    public readonly int Remaining => rest.Length;

    public byte ReadByte() => Take(1)[0];

    public bool ReadFlag(string what) => ReadByte() switch
    {
        0 => false,
        1 => true,
        _ => throw MqttProtocolException.Forbidden($"{what} is neither 0 nor 1."),
    };

    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    /// <summary>A packet identifier, which is never zero.</summary>
    public ushort ReadPacketId()
    {
        var id = ReadUInt16();
        return id != 0 ? id : throw MqttProtocolException.Forbidden("The packet identifier is zero.");
    }

    public uint ReadVariableInt()
    {
        uint value = 0;
        for (var shift = 0; shift <= 21; shift += 7)
        {
            var b = ReadByte();
            value |= (uint)(b & 0x7F) << shift;
            if ((b & 0x80) != 0) continue;
            if (b == 0 && shift > 0) throw MqttProtocolException.Malformed("A length is not in its shortest form.");
            return value;
        }

        throw MqttProtocolException.Malformed("A length has more than four bytes.");
    }

    public string ReadString()
    {
        var bytes = Take(ReadUInt16());
        try
        {
            var text = StrictUtf8.GetString(bytes);
            return text.Contains('\0') ? throw MqttProtocolException.Malformed("A text contains U+0000.") : text;
        }
        catch (DecoderFallbackException)
        {
            throw MqttProtocolException.Malformed("A text is not UTF-8.");
        }
    }

    public byte[] ReadBinary() => Take(ReadUInt16()).ToArray();

    public ReadOnlySpan<byte> ReadRest() => Take(rest.Length);

    public ReadOnlySpan<byte> Take(int count)
    {
        if (count > rest.Length) throw MqttProtocolException.Malformed("The packet ends too early.");
        var taken = rest[..count];
        rest = rest[count..];
        return taken;
    }

    public readonly void ExpectEnd()
    {
        if (!rest.IsEmpty) throw MqttProtocolException.Malformed("The packet goes on after its end.");
    }
}
