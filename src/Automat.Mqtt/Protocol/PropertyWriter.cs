namespace Automat.Mqtt.Protocol;

/// <summary>Writes a property list, its length first.</summary>
internal static class PropertyWriter
{
    public static void Write(ref PacketWriter packet, MqttProperties properties, string? reasonString = null)
    {
        if (ReferenceEquals(properties, MqttProperties.None) && reasonString is null)
        {
            packet.WriteVariableInt(0);
            return;
        }

        var list = new PacketWriter();
        try
        {
            WriteList(ref list, properties);
            WriteString(ref list, PropertyId.ReasonString, reasonString);
            packet.WriteVariableInt((uint)list.Written.Length);
            packet.WriteBytes(list.Written);
        }
        finally
        {
            list.Dispose();
        }
    }

    /// <summary>The properties one after the other, without their length.</summary>
    public static void WriteList(ref PacketWriter list, MqttProperties from)
    {
        WriteByte(ref list, PropertyId.PayloadFormat, from.IsText);
        WriteUInt32(ref list, PropertyId.MessageExpiry, from.MessageExpiry);
        WriteString(ref list, PropertyId.ContentType, from.ContentType);
        WriteString(ref list, PropertyId.ResponseTopic, from.ResponseTopic);
        WriteBinary(ref list, PropertyId.CorrelationData, from.CorrelationData);
        foreach (var identifier in from.SubscriptionIdentifiers ?? [])
        {
            list.WriteByte((byte)PropertyId.SubscriptionIdentifier);
            list.WriteVariableInt(identifier);
        }

        WriteUInt32(ref list, PropertyId.SessionExpiry, from.SessionExpiry);
        WriteString(ref list, PropertyId.AssignedClientId, from.AssignedClientId);
        WriteUInt16(ref list, PropertyId.ServerKeepAlive, from.ServerKeepAlive);
        WriteString(ref list, PropertyId.AuthenticationMethod, from.AuthenticationMethod);
        WriteBinary(ref list, PropertyId.AuthenticationData, from.AuthenticationData);
        WriteByte(ref list, PropertyId.RequestProblemInformation, from.RequestProblemInformation);
        WriteUInt32(ref list, PropertyId.WillDelay, from.WillDelay);
        WriteByte(ref list, PropertyId.RequestResponseInformation, from.RequestResponseInformation);
        WriteString(ref list, PropertyId.ResponseInformation, from.ResponseInformation);
        WriteString(ref list, PropertyId.ServerReference, from.ServerReference);
        WriteUInt16(ref list, PropertyId.ReceiveMaximum, from.ReceiveMaximum);
        WriteUInt16(ref list, PropertyId.TopicAliasMaximum, from.TopicAliasMaximum);
        WriteUInt16(ref list, PropertyId.TopicAlias, from.TopicAlias);
        WriteByte(ref list, PropertyId.MaximumQos, from.MaximumQos is { } qos ? qos > 0 : null);
        WriteByte(ref list, PropertyId.RetainAvailable, from.RetainAvailable);
        WriteUInt32(ref list, PropertyId.MaximumPacketSize, from.MaximumPacketSize);
        WriteByte(ref list, PropertyId.WildcardAvailable, from.WildcardAvailable);
        WriteByte(ref list, PropertyId.SubscriptionIdentifierAvailable, from.SubscriptionIdentifierAvailable);
        WriteByte(ref list, PropertyId.SharedAvailable, from.SharedAvailable);
        foreach (var property in from.UserProperties ?? [])
        {
            list.WriteByte((byte)PropertyId.UserProperty);
            list.WriteString(property.Name);
            list.WriteString(property.Value);
        }
    }

    private static void WriteByte(ref PacketWriter list, PropertyId id, bool? value)
    {
        if (value is null) return;
        list.WriteByte((byte)id);
        list.WriteByte(value.Value ? (byte)1 : (byte)0);
    }

    private static void WriteUInt16(ref PacketWriter list, PropertyId id, ushort? value)
    {
        if (value is null) return;
        list.WriteByte((byte)id);
        list.WriteUInt16(value.Value);
    }

    private static void WriteUInt32(ref PacketWriter list, PropertyId id, uint? value)
    {
        if (value is null) return;
        list.WriteByte((byte)id);
        list.WriteUInt32(value.Value);
    }

    private static void WriteString(ref PacketWriter list, PropertyId id, string? value)
    {
        if (value is null) return;
        list.WriteByte((byte)id);
        list.WriteString(value);
    }

    private static void WriteBinary(ref PacketWriter list, PropertyId id, byte[]? value)
    {
        if (value is null) return;
        list.WriteByte((byte)id);
        list.WriteBinary(value);
    }
}
