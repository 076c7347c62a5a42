using System.Buffers;

namespace Automat.Mqtt.Protocol;

/// <summary>Writes every packet but PUBLISH, which has its own way because it is written a thousand times more
/// often.</summary>
internal static class PacketEncoder
{
    /// <summary>Appends the packet and returns its size in bytes.</summary>
    public static int Write(IBufferWriter<byte> output, Packet packet, MqttVersion version)
    {
        if (packet is PingPacket) return WriteFrame(output, (byte)((byte)packet.Type << 4), []);

        var body = new PacketWriter();
        try
        {
            var flags = packet.Type is PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe ? 2 : 0;
            WriteBody(ref body, packet, version);
            return WriteFrame(output, (byte)(((byte)packet.Type << 4) | flags), body.Written);
        }
        finally
        {
            body.Dispose();
        }
    }

    private static int WriteFrame(IBufferWriter<byte> output, byte header, ReadOnlySpan<byte> body)
    {
        var span = output.GetSpan(5 + body.Length);
        span[0] = header;
        var size = 1 + PacketWriter.EncodeVariableInt((uint)body.Length, span[1..]);
        body.CopyTo(span[size..]);
        size += body.Length;
        output.Advance(size);
        return size;
    }

    private static void WriteBody(ref PacketWriter body, Packet packet, MqttVersion version)
    {
        switch (packet)
        {
            case ConnectPacket connect:
                WriteConnect(ref body, connect);
                break;
            case ConnAckPacket ack:
                body.WriteByte(ack.SessionPresent ? (byte)1 : (byte)0);
                body.WriteByte(ack.Code);
                if (version is MqttVersion.V5) PropertyWriter.Write(ref body, ack.Properties);
                break;
            case AckPacket ack:
                body.WriteUInt16(ack.PacketId);
                if (version is MqttVersion.V5 && ack.Reason is not MqttReason.Success) body.WriteByte((byte)ack.Reason);
                break;
            case SubscribePacket subscribe:
                WriteSubscribe(ref body, subscribe, version);
                break;
            case SubAckPacket ack:
                body.WriteUInt16(ack.PacketId);
                if (version is MqttVersion.V5) body.WriteVariableInt(0);
                foreach (var code in ack.Codes) body.WriteByte((byte)code);
                break;
            case UnsubscribePacket unsubscribe:
                body.WriteUInt16(unsubscribe.PacketId);
                if (version is MqttVersion.V5) body.WriteVariableInt(0);
                foreach (var filter in unsubscribe.Filters) body.WriteString(filter);
                break;
            case DisconnectPacket disconnect:
                WriteDisconnect(ref body, disconnect, version);
                break;
            case AuthPacket auth:
                body.WriteByte((byte)auth.Reason);
                body.WriteVariableInt(0);
                break;
            default:
                throw new ArgumentException($"{packet.Type} is not written here.", nameof(packet));
        }
    }

    private static void WriteConnect(ref PacketWriter body, ConnectPacket connect)
    {
        var v5 = connect.Version is MqttVersion.V5;
        body.WriteString("MQTT");
        body.WriteByte((byte)connect.Version);
        var flags = (connect.CleanStart ? 2 : 0)
            | (connect.Will is { } w ? 4 | ((int)w.Message.Qos << 3) | (w.Message.Retain ? 0x20 : 0) : 0)
            | (connect.Password is not null ? 0x40 : 0)
            | (connect.UserName is not null ? 0x80 : 0);
        body.WriteByte((byte)flags);
        body.WriteUInt16(connect.KeepAlive);
        if (v5) PropertyWriter.Write(ref body, connect.Properties);
        body.WriteString(connect.ClientId);
        if (connect.Will is { } will)
        {
            if (v5)
            {
                var properties = MessageProperties.Of(will.Message);
                properties.WillDelay = will.Delay > TimeSpan.Zero ? (uint)will.Delay.TotalSeconds : null;
                properties.MessageExpiry = will.Message.Expiry is { } expiry ? (uint)expiry.TotalSeconds : null;
                PropertyWriter.Write(ref body, properties);
            }

            body.WriteString(will.Message.Topic);
            body.WriteBinary(will.Message.Payload.Span);
        }

        if (connect.UserName is { } user) body.WriteString(user);
        if (connect.Password is { } password) body.WriteBinary(password);
    }

    private static void WriteSubscribe(ref PacketWriter body, SubscribePacket subscribe, MqttVersion version)
    {
        var v5 = version is MqttVersion.V5;
        body.WriteUInt16(subscribe.PacketId);
        if (v5)
        {
            PropertyWriter.Write(
                ref body, new MqttProperties { SubscriptionIdentifier = subscribe.SubscriptionIdentifier });
        }

        foreach (var request in subscribe.Requests)
        {
            body.WriteString(request.Filter);
            var options = (byte)request.Qos
                | (request.NoLocal ? 4 : 0) | (request.RetainAsPublished ? 8 : 0) | (request.RetainHandling << 4);
            body.WriteByte(v5 ? (byte)options : (byte)request.Qos);
        }
    }

    private static void WriteDisconnect(ref PacketWriter body, DisconnectPacket disconnect, MqttVersion version)
    {
        if (version is MqttVersion.V311) return;
        var bare = disconnect is { SessionExpiry: null, ReasonString: null };
        if (bare && disconnect.Reason is MqttReason.Success) return;
        body.WriteByte((byte)disconnect.Reason);
        if (bare) return;
        PropertyWriter.Write(
            ref body,
            new MqttProperties { SessionExpiry = disconnect.SessionExpiry, ReasonString = disconnect.ReasonString });
    }
}
