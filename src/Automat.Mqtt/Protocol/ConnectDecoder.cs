namespace Automat.Mqtt.Protocol;

/// <summary>CONNECT (section 3.1), the packet with the most ways to be wrong.</summary>
internal static class ConnectDecoder
{
    public static ConnectPacket Decode(ref PacketReader reader)
    {
        var version = ReadVersion(ref reader);
        try
        {
            return Decode(ref reader, version);
        }
        catch (MqttProtocolException e)
        {
            e.Spoken = version;
            throw;
        }
    }

    private static ConnectPacket Decode(ref PacketReader reader, MqttVersion version)
    {
        var flags = reader.ReadByte();
        if ((flags & 1) != 0) throw MqttProtocolException.Malformed("CONNECT has its reserved flag set.");
        var keepAlive = reader.ReadUInt16();
        var properties = version is MqttVersion.V5
            ? PropertyReader.Read(ref reader, PropertyScope.Connect)
            : MqttProperties.None;
        if (properties.AuthenticationData is not null && properties.AuthenticationMethod is null)
            throw MqttProtocolException.Forbidden("Authentication data without a method.");

        var clientId = reader.ReadString();
        var will = ReadWill(ref reader, flags, version);
        var hasPassword = (flags & 0x40) != 0;
        var hasUser = (flags & 0x80) != 0;
        if (hasPassword && !hasUser && version is MqttVersion.V311)
            throw MqttProtocolException.Malformed("CONNECT has a password but no user name.");
        var user = hasUser ? reader.ReadString() : null;
        var password = hasPassword ? reader.ReadBinary() : null;
        reader.ExpectEnd();

        return new ConnectPacket
        {
            Version = version,
            CleanStart = (flags & 2) != 0,
            KeepAlive = keepAlive,
            ClientId = clientId,
            UserName = user,
            Password = password,
            Will = will,
            Properties = properties,
        };
    }

    private static MqttVersion ReadVersion(ref PacketReader reader)
    {
        var name = reader.ReadString();
        var level = reader.ReadByte();
        if (name is "MQTT" && level is 4 or 5) return (MqttVersion)level;
        if (name is "MQTT" or "MQIsdp")
            throw new MqttProtocolException(
                MqttReason.UnsupportedProtocolVersion, $"{name} level {level} is not spoken.")
            {
                // Whoever is newer than 5.0 will know its shape of a refusal.
                Spoken = level > 5 ? MqttVersion.V5 : MqttVersion.V311,
            };
        throw MqttProtocolException.Malformed("CONNECT does not say MQTT.");
    }

    private static MqttWill? ReadWill(ref PacketReader reader, byte flags, MqttVersion version)
    {
        var qos = (flags >> 3) & 3;
        var retain = (flags & 0x20) != 0;
        if ((flags & 4) == 0)
        {
            return qos == 0 && !retain
                ? null
                : throw MqttProtocolException.Malformed("CONNECT has will flags but no will.");
        }

        if (qos == 3) throw MqttProtocolException.Malformed("The will's QoS is 3.");
        var properties = version is MqttVersion.V5
            ? PropertyReader.Read(ref reader, PropertyScope.Will)
            : MqttProperties.None;
        var topic = reader.ReadString();
        if (!TopicName.IsValid(topic))
            throw new MqttProtocolException(MqttReason.TopicNameInvalid, "The will's topic is not valid.");
        var message = MessageProperties.ToMessage(topic, reader.ReadBinary(), (MqttQos)qos, retain, properties);
        return new MqttWill(message, TimeSpan.FromSeconds(properties.WillDelay ?? 0));
    }
}
