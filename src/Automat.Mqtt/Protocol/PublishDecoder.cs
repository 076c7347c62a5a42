namespace Automat.Mqtt.Protocol;

/// <summary>PUBLISH (section 3.3).</summary>
internal static class PublishDecoder
{
    public static PublishPacket Decode(byte flags, ref PacketReader reader, MqttVersion version)
    {
        var qos = (flags >> 1) & 3;
        if (qos == 3) throw MqttProtocolException.Malformed("PUBLISH has QoS 3.");
        var duplicate = (flags & 8) != 0;
        if (qos == 0 && duplicate) throw MqttProtocolException.Malformed("A QoS 0 PUBLISH can't be a duplicate.");

        var topic = reader.ReadString();
        var id = qos > 0 ? reader.ReadPacketId() : (ushort)0;
        var properties = version is MqttVersion.V5
            ? PropertyReader.Read(ref reader, PropertyScope.Publish)
            : MqttProperties.None;
        if (topic.Length == 0 && properties.TopicAlias is null)
            throw MqttProtocolException.Forbidden("PUBLISH has neither a topic nor an alias.");
        if (topic.Length > 0 && !TopicName.IsValid(topic))
            throw new MqttProtocolException(MqttReason.TopicNameInvalid, "PUBLISH names a topic that is not valid.");

        return new PublishPacket
        {
            Message = MessageProperties.ToMessage(
                topic, reader.ReadRest().ToArray(), (MqttQos)qos, (flags & 1) != 0, properties),
            Duplicate = duplicate,
            PacketId = id,
            TopicAlias = properties.TopicAlias,
            SubscriptionIdentifiers = properties.SubscriptionIdentifiers is { } list ? list : [],
        };
    }
}
