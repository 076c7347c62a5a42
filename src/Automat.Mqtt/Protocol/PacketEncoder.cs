using System.Buffers;

namespace Automat.Mqtt.Protocol;

/// <summary>Writes every packet but PUBLISH, which has its own way because it is written a thousand times more
/// often.</summary>
internal static class PacketEncoder
{
    /// <summary>Appends the packet and returns its size in bytes. Beyond <paramref name="maxSize"/> it goes without its
    /// reason string, and if that doesn't help not at all (sections 3.1.2.11.4, 3.4.2.2.2).</summary>
    public static int Write(
        IBufferWriter<byte> output, Packet packet, MqttVersion version, uint maxSize = uint.MaxValue)
    {
        var size = packet.ReasonString is null ? 0 : TryWrite(output, packet, packet.ReasonString, version, maxSize);
        return size > 0 ? size : TryWrite(output, packet, null, version, maxSize);
    }

    private static int TryWrite(
        IBufferWriter<byte> output, Packet packet, string? reason, MqttVersion version, uint maxSize)
    {
        var flags = packet.Type is PacketType.PubRel or PacketType.Subscribe or PacketType.Unsubscribe ? 2 : 0;
        var header = (byte)(((byte)packet.Type << 4) | flags);
        if (packet is PingPacket) return maxSize < 2 ? 0 : WriteFrame(output, header, []);

        var body = new PacketWriter();
        try
        {
            WriteBody(ref body, packet, reason, version);
            var size = 1 + PacketWriter.VariableIntLength(body.Written.Length) + body.Written.Length;
            return size > maxSize ? 0 : WriteFrame(output, header, body.Written);
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

    private static void WriteBody(ref PacketWriter body, Packet packet, string? reason, MqttVersion version)
    {
        switch (packet)
        {
            case ConnectPacket connect:
                WriteConnect(ref body, connect);
                break;
            case ConnAckPacket ack:
                body.WriteByte(ack.SessionPresent ? (byte)1 : (byte)0);
                body.WriteByte(ack.Code);
                if (version is MqttVersion.V5) PropertyWriter.Write(ref body, ack.Properties, reason);
                break;
            case AckPacket ack:
                body.WriteUInt16(ack.PacketId);
                if (version is MqttVersion.V311 || (ack.Reason is MqttReason.Success && reason is null)) break;
                body.WriteByte((byte)ack.Reason);
                if (reason is not null) PropertyWriter.Write(ref body, MqttProperties.None, reason);
                break;
            case SubscribePacket subscribe:
                WriteSubscribe(ref body, subscribe, version);
                break;
            case SubAckPacket ack:
                body.WriteUInt16(ack.PacketId);
                if (version is MqttVersion.V5) PropertyWriter.Write(ref body, MqttProperties.None, reason);
                foreach (var code in ack.Codes) body.WriteByte((byte)code);
                break;
            case UnsubscribePacket unsubscribe:
                body.WriteUInt16(unsubscribe.PacketId);
                if (version is MqttVersion.V5) body.WriteVariableInt(0);
                foreach (var filter in unsubscribe.Filters) body.WriteString(filter);
                break;
            case DisconnectPacket disconnect:
                WriteDisconnect(ref body, disconnect, reason, version);
                break;
            case AuthPacket auth:
                body.WriteByte((byte)auth.Reason);
                PropertyWriter.Write(ref body, MqttProperties.None, reason);
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
            PropertyWriter.Write(ref body, subscribe.SubscriptionIdentifier is { } identifier
                ? new MqttProperties { SubscriptionIdentifiers = [identifier] }
                : MqttProperties.None);
        }

        foreach (var request in subscribe.Requests)
        {
            body.WriteString(request.Filter);
            var options = (byte)request.Qos
                | (request.NoLocal ? 4 : 0) | (request.RetainAsPublished ? 8 : 0) | (request.RetainHandling << 4);
            body.WriteByte(v5 ? (byte)options : (byte)request.Qos);
        }
    }

    private static void WriteDisconnect(
        ref PacketWriter body, DisconnectPacket disconnect, string? reason, MqttVersion version)
    {
        if (version is MqttVersion.V311) return;
        var bare = disconnect.SessionExpiry is null && reason is null;
        if (bare && disconnect.Reason is MqttReason.Success) return;
        body.WriteByte((byte)disconnect.Reason);
        if (bare) return;
        PropertyWriter.Write(ref body, new MqttProperties { SessionExpiry = disconnect.SessionExpiry }, reason);
    }
}
