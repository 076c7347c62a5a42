using System.Buffers;

namespace Automat.Mqtt.Protocol;

/// <summary>Turns one frame into a packet, or throws <see cref="MqttProtocolException"/>.</summary>
internal static class PacketDecoder
{
    /// <summary>Decodes the packet; everything it keeps is copied.</summary>
    /// <param name="header">The first byte: type and flags.</param>
    /// <param name="body">What follows the remaining length.</param>
    /// <param name="version">The connection's version; CONNECT names its own.</param>
    public static Packet Decode(byte header, in ReadOnlySequence<byte> body, MqttVersion version)
    {
        if (body.IsSingleSegment) return Decode(header, body.FirstSpan, version);

        var rented = ArrayPool<byte>.Shared.Rent((int)body.Length);
        try
        {
            body.CopyTo(rented);
            return Decode(header, rented.AsSpan(0, (int)body.Length), version);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    public static Packet Decode(byte header, ReadOnlySpan<byte> body, MqttVersion version)
    {
        var type = (PacketType)(header >> 4);
        var flags = (byte)(header & 0x0F);
        var expected = type is PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe ? 2 : 0;
        if (type is not PacketType.Publish && flags != expected)
            throw MqttProtocolException.Malformed($"{type} has wrong flags.");

        var reader = new PacketReader(body);
        return type switch
        {
            PacketType.Connect => ConnectDecoder.Decode(ref reader),
            PacketType.ConnAck => DecodeConnAck(ref reader, version),
            PacketType.Publish => PublishDecoder.Decode(flags, ref reader, version),
            PacketType.PubAck or PacketType.PubRec or PacketType.PubRel or PacketType.PubComp =>
                DecodeAck(type, ref reader, version),
            PacketType.Subscribe => DecodeSubscribe(ref reader, version),
            PacketType.SubAck or PacketType.UnsubAck => DecodeSubAck(type, ref reader, version),
            PacketType.Unsubscribe => DecodeUnsubscribe(ref reader, version),
            PacketType.PingReq => Empty(PingPacket.Request, reader),
            PacketType.PingResp => Empty(PingPacket.Response, reader),
            PacketType.Disconnect => DecodeDisconnect(ref reader, version),
            PacketType.Auth when version is MqttVersion.V5 => DecodeAuth(ref reader),
            _ => throw MqttProtocolException.Malformed($"There is no packet type {header >> 4}."),
        };
    }

    private static PingPacket Empty(PingPacket packet, PacketReader reader)
    {
        reader.ExpectEnd();
        return packet;
    }

    private static ConnAckPacket DecodeConnAck(ref PacketReader reader, MqttVersion version)
    {
        var flags = reader.ReadByte();
        if (flags > 1) throw MqttProtocolException.Malformed("CONNACK has reserved flags set.");
        var code = reader.ReadByte();
        var properties = version is MqttVersion.V5 && reader.Remaining > 0
            ? PropertyReader.Read(ref reader, PropertyScope.ConnAck)
            : MqttProperties.None;
        reader.ExpectEnd();
        if (version is MqttVersion.V5) ReasonCodes.Check(PacketType.ConnAck, (MqttReason)code);
        return new ConnAckPacket
        {
            SessionPresent = flags == 1,
            Code = code,
            Properties = properties,
            ReasonString = properties.ReasonString,
        };
    }

    private static AckPacket DecodeAck(PacketType type, ref PacketReader reader, MqttVersion version)
    {
        var id = reader.ReadPacketId();
        var reason = MqttReason.Success;
        var properties = MqttProperties.None;
        if (version is MqttVersion.V5 && reader.Remaining > 0)
        {
            reason = ReasonCodes.Check(type, (MqttReason)reader.ReadByte());
            if (reader.Remaining > 0) properties = PropertyReader.Read(ref reader, PropertyScope.Ack);
        }

        reader.ExpectEnd();
        return new AckPacket(type, id, reason) { ReasonString = properties.ReasonString };
    }

    private static SubscribePacket DecodeSubscribe(ref PacketReader reader, MqttVersion version)
    {
        var id = reader.ReadPacketId();
        var properties = version is MqttVersion.V5
            ? PropertyReader.Read(ref reader, PropertyScope.Subscribe)
            : MqttProperties.None;
        var requests = new List<SubscribeRequest>();
        while (reader.Remaining > 0)
            requests.Add(ReadRequest(ref reader, version));
        if (requests.Count == 0) throw MqttProtocolException.Forbidden("SUBSCRIBE names no topic filter.");

        return new SubscribePacket
        {
            PacketId = id,
            Requests = requests,
            SubscriptionIdentifier = properties.SubscriptionIdentifiers is [var identifier] ? identifier : null,
        };
    }

    private static SubscribeRequest ReadRequest(ref PacketReader reader, MqttVersion version)
    {
        var filter = reader.ReadString();
        var options = reader.ReadByte();
        var reserved = version is MqttVersion.V5 ? 0xC0 : 0xFC;
        if ((options & reserved) != 0 || (options & 3) == 3)
            throw MqttProtocolException.Malformed("SUBSCRIBE has reserved option bits set.");
        var handling = (byte)((options >> 4) & 3);
        if (handling == 3) throw MqttProtocolException.Forbidden("Retain handling 3 does not exist.");
        return new SubscribeRequest(
            filter, (MqttQos)(options & 3), (options & 4) != 0, (options & 8) != 0, handling);
    }

    private static UnsubscribePacket DecodeUnsubscribe(ref PacketReader reader, MqttVersion version)
    {
        var id = reader.ReadPacketId();
        if (version is MqttVersion.V5) PropertyReader.Read(ref reader, PropertyScope.Unsubscribe);
        var filters = new List<string>();
        while (reader.Remaining > 0) filters.Add(reader.ReadString());
        if (filters.Count == 0) throw MqttProtocolException.Forbidden("UNSUBSCRIBE names no topic filter.");
        return new UnsubscribePacket { PacketId = id, Filters = filters };
    }

    private static SubAckPacket DecodeSubAck(PacketType type, ref PacketReader reader, MqttVersion version)
    {
        var id = reader.ReadPacketId();
        var properties = version is MqttVersion.V5
            ? PropertyReader.Read(ref reader, PropertyScope.SubAck)
            : MqttProperties.None;
        var codes = new List<MqttReason>();
        while (reader.Remaining > 0) codes.Add(ReasonCodes.Check(type, (MqttReason)reader.ReadByte()));
        if (codes.Count == 0 && (type is PacketType.SubAck || version is MqttVersion.V5))
            throw MqttProtocolException.Malformed($"{type} answers nothing.");
        return new SubAckPacket(type) { PacketId = id, Codes = codes, ReasonString = properties.ReasonString };
    }

    private static DisconnectPacket DecodeDisconnect(ref PacketReader reader, MqttVersion version)
    {
        var reason = MqttReason.Success;
        var properties = MqttProperties.None;
        if (version is MqttVersion.V5 && reader.Remaining > 0)
        {
            reason = ReasonCodes.Check(PacketType.Disconnect, (MqttReason)reader.ReadByte());
            if (reader.Remaining > 0) properties = PropertyReader.Read(ref reader, PropertyScope.Disconnect);
        }

        reader.ExpectEnd();
        return new DisconnectPacket
        {
            Reason = reason,
            SessionExpiry = properties.SessionExpiry,
            ReasonString = properties.ReasonString,
        };
    }

    private static AuthPacket DecodeAuth(ref PacketReader reader)
    {
        var reason = MqttReason.Success;
        if (reader.Remaining > 0)
        {
            reason = ReasonCodes.Check(PacketType.Auth, (MqttReason)reader.ReadByte());
            if (reader.Remaining > 0) PropertyReader.Read(ref reader, PropertyScope.Auth);
        }

        reader.ExpectEnd();
        return new AuthPacket { Reason = reason };
    }
}
