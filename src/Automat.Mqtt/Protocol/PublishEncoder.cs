using System.Buffers;
using System.Buffers.Binary;

namespace Automat.Mqtt.Protocol;

/// <summary>What one receiver's copy of a message differs in.</summary>
internal readonly record struct PublishHead(MqttQos Qos, ushort PacketId, bool Duplicate, bool Retain);

/// <summary>Writes PUBLISH straight into the connection's buffer.</summary>
internal static class PublishEncoder
{
    /// <summary>Size of the whole packet in bytes.</summary>
    public static int SizeOf(Publication publication, MqttQos qos, MqttVersion version)
    {
        var remaining = RemainingLength(publication, qos, version);
        return 1 + PacketWriter.VariableIntLength(remaining) + remaining;
    }

    /// <summary>Appends the packet and returns its size in bytes.</summary>
    public static int Write(
        IBufferWriter<byte> output, Publication publication, PublishHead head, MqttVersion version, DateTimeOffset now)
    {
        var message = publication.Message;
        var remaining = RemainingLength(publication, head.Qos, version);
        var start = output.GetSpan(remaining - message.Payload.Length + 5);
        start[0] = (byte)(0x30 | (head.Duplicate ? 8 : 0) | ((int)head.Qos << 1) | (head.Retain ? 1 : 0));
        var at = 1 + PacketWriter.EncodeVariableInt((uint)remaining, start[1..]);
        BinaryPrimitives.WriteUInt16BigEndian(start[at..], (ushort)publication.TopicUtf8.Length);
        publication.TopicUtf8.CopyTo(start[(at + 2)..]);
        at += 2 + publication.TopicUtf8.Length;
        if (head.Qos > MqttQos.AtMostOnce)
        {
            BinaryPrimitives.WriteUInt16BigEndian(start[at..], head.PacketId);
            at += 2;
        }

        if (version is MqttVersion.V5) at += WriteProperties(start[at..], publication, now);
        output.Advance(at);
        output.Write(message.Payload.Span);
        return at + message.Payload.Length;
    }

    private static int WriteProperties(Span<byte> span, Publication publication, DateTimeOffset now)
    {
        var at = PacketWriter.EncodeVariableInt((uint)PropertiesLength(publication), span);
        if (publication.ExpiresAt is { } expires)
        {
            span[at] = (byte)PropertyId.MessageExpiry;
            // What is left of it: a message that waited must not live longer for that (section 3.3.2.3.3).
            var left = Math.Clamp(Math.Ceiling((expires - now).TotalSeconds), 1, uint.MaxValue);
            BinaryPrimitives.WriteUInt32BigEndian(span[(at + 1)..], (uint)left);
            at += 5;
        }

        publication.Properties.CopyTo(span[at..]);
        return at + publication.Properties.Length;
    }

    private static int PropertiesLength(Publication publication) =>
        publication.Properties.Length + (publication.ExpiresAt is null ? 0 : 5);

    private static int RemainingLength(Publication publication, MqttQos qos, MqttVersion version)
    {
        var length = 2 + publication.TopicUtf8.Length + (qos > MqttQos.AtMostOnce ? 2 : 0)
            + publication.Message.Payload.Length;
        if (version is MqttVersion.V311) return length;
        var properties = PropertiesLength(publication);
        return length + PacketWriter.VariableIntLength(properties) + properties;
    }
}
