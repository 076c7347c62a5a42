using System.Buffers;
using System.Buffers.Binary;

namespace Automat.Mqtt.Protocol;

/// <summary>What one receiver's copy of a message differs in.</summary>
internal readonly record struct PublishHead(MqttQos Qos, ushort PacketId, bool Duplicate, bool Retain)
{
    /// <summary>Zero sends none.</summary>
    public ushort Alias { get; init; }

    /// <summary>The receiver knows what <see cref="Alias"/> stands for; the topic is left out.</summary>
    public bool IsAliasKnown { get; init; }

    /// <summary>The identifiers of the subscriptions it is sent for; null is none.</summary>
    public uint[]? Identifiers { get; init; }
}

/// <summary>Writes PUBLISH straight into the connection's buffer.</summary>
internal static class PublishEncoder
{
    /// <summary>Size of the whole packet in bytes.</summary>
    public static int SizeOf(Publication publication, in PublishHead head, MqttVersion version)
    {
        var remaining = RemainingLength(publication, head, version);
        return 1 + PacketWriter.VariableIntLength(remaining) + remaining;
    }

    /// <summary>Appends the packet and returns its size in bytes.</summary>
    public static int Write(
        IBufferWriter<byte> output,
        Publication publication,
        in PublishHead head,
        MqttVersion version,
        DateTimeOffset now)
    {
        var message = publication.Message;
        var remaining = RemainingLength(publication, head, version);
        var start = output.GetSpan(remaining - message.Payload.Length + 5);
        start[0] = (byte)(0x30 | (head.Duplicate ? 8 : 0) | ((int)head.Qos << 1) | (head.Retain ? 1 : 0));
        var at = 1 + PacketWriter.EncodeVariableInt((uint)remaining, start[1..]);
        var topic = head.IsAliasKnown ? [] : publication.TopicUtf8;
        BinaryPrimitives.WriteUInt16BigEndian(start[at..], (ushort)topic.Length);
        topic.CopyTo(start[(at + 2)..]);
        at += 2 + topic.Length;
        if (head.Qos > MqttQos.AtMostOnce)
        {
            BinaryPrimitives.WriteUInt16BigEndian(start[at..], head.PacketId);
            at += 2;
        }

        if (version is MqttVersion.V5) at += WriteProperties(start[at..], publication, head, now);
        output.Advance(at);
        output.Write(message.Payload.Span);
        return at + message.Payload.Length;
    }

    private static int WriteProperties(
        Span<byte> span, Publication publication, in PublishHead head, DateTimeOffset now)
    {
        var at = PacketWriter.EncodeVariableInt((uint)PropertiesLength(publication, head), span);
        if (publication.ExpiresAt is { } expires)
        {
            span[at] = (byte)PropertyId.MessageExpiry;
            // What is left of it: a message that waited must not live longer for that (section 3.3.2.3.3).
            var left = Math.Clamp(Math.Ceiling((expires - now).TotalSeconds), 1, uint.MaxValue);
            BinaryPrimitives.WriteUInt32BigEndian(span[(at + 1)..], (uint)left);
            at += 5;
        }

        if (head.Alias != 0)
        {
            span[at] = (byte)PropertyId.TopicAlias;
            BinaryPrimitives.WriteUInt16BigEndian(span[(at + 1)..], head.Alias);
            at += 3;
        }

        foreach (var identifier in head.Identifiers ?? [])
        {
            span[at++] = (byte)PropertyId.SubscriptionIdentifier;
            at += PacketWriter.EncodeVariableInt(identifier, span[at..]);
        }

        publication.Properties.CopyTo(span[at..]);
        return at + publication.Properties.Length;
    }

    private static int PropertiesLength(Publication publication, in PublishHead head)
    {
        var length = publication.Properties.Length
            + (publication.ExpiresAt is null ? 0 : 5) + (head.Alias == 0 ? 0 : 3);
        foreach (var identifier in head.Identifiers ?? [])
            length += 1 + PacketWriter.VariableIntLength((int)identifier);
        return length;
    }

    private static int RemainingLength(Publication publication, in PublishHead head, MqttVersion version)
    {
        var length = 2 + (head.IsAliasKnown ? 0 : publication.TopicUtf8.Length)
            + (head.Qos > MqttQos.AtMostOnce ? 2 : 0) + publication.Message.Payload.Length;
        if (version is MqttVersion.V311) return length;
        var properties = PropertiesLength(publication, head);
        return length + PacketWriter.VariableIntLength(properties) + properties;
    }
}
