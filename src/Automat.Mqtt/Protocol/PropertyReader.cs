namespace Automat.Mqtt.Protocol;

/// <summary>Reads a property list (MQTT 5.0, section 2.2.2): each only where it belongs, and only once.</summary>
internal static class PropertyReader
{
    private const PropertyScope Everywhere = (PropertyScope)0x3FF;

    /// <summary>User properties beyond this number are refused; each costs memory for as long as the message
    /// lives.</summary>
    private const int MaxUserProperties = 100;

    private const int MaxIdentifiers = 1_000;

    public static MqttProperties Read(ref PacketReader packet, PropertyScope scope)
    {
        var length = packet.ReadVariableInt();
        if (length == 0) return MqttProperties.None;
        if (length > packet.Remaining) throw MqttProtocolException.Malformed("The properties end too early.");

        var reader = new PacketReader(packet.Take((int)length));
        var properties = new MqttProperties();
        ulong seen = 0;
        while (reader.Remaining > 0)
        {
            var id = (PropertyId)reader.ReadByte();
            if ((ScopesOf(id) & scope) == PropertyScope.None)
                throw Refused(id, $"Property 0x{(byte)id:X2} does not belong here.");
            var bit = 1UL << (byte)id;
            // A PUBLISH from a server repeats the identifier for every subscription it serves.
            var repeats = id is PropertyId.UserProperty
                || (id is PropertyId.SubscriptionIdentifier && scope is PropertyScope.Publish);
            if (!repeats && (seen & bit) != 0)
                throw MqttProtocolException.Forbidden($"Property 0x{(byte)id:X2} appears twice.");
            seen |= bit;
            ReadOne(ref reader, id, properties);
        }

        return properties;
    }

    private static MqttProtocolException Refused(PropertyId id, string message) => ScopesOf(id) is PropertyScope.None
        ? MqttProtocolException.Malformed(message)
        : MqttProtocolException.Forbidden(message);

    private static PropertyScope ScopesOf(PropertyId id) => id switch
    {
        PropertyId.PayloadFormat or PropertyId.MessageExpiry or PropertyId.ContentType or PropertyId.ResponseTopic
            or PropertyId.CorrelationData => PropertyScope.Publish | PropertyScope.Will,
        PropertyId.SubscriptionIdentifier => PropertyScope.Publish | PropertyScope.Subscribe,
        PropertyId.SessionExpiry => PropertyScope.Connect | PropertyScope.ConnAck | PropertyScope.Disconnect,
        PropertyId.AssignedClientId or PropertyId.ServerKeepAlive or PropertyId.ResponseInformation
            or PropertyId.MaximumQos or PropertyId.RetainAvailable or PropertyId.WildcardAvailable
            or PropertyId.SubscriptionIdentifierAvailable or PropertyId.SharedAvailable => PropertyScope.ConnAck,
        PropertyId.AuthenticationMethod or PropertyId.AuthenticationData =>
            PropertyScope.Connect | PropertyScope.ConnAck | PropertyScope.Auth,
        PropertyId.RequestProblemInformation or PropertyId.RequestResponseInformation => PropertyScope.Connect,
        PropertyId.WillDelay => PropertyScope.Will,
        PropertyId.ServerReference => PropertyScope.ConnAck | PropertyScope.Disconnect,
        PropertyId.ReasonString => PropertyScope.ConnAck | PropertyScope.Ack | PropertyScope.SubAck
            | PropertyScope.Disconnect | PropertyScope.Auth,
        PropertyId.ReceiveMaximum or PropertyId.TopicAliasMaximum or PropertyId.MaximumPacketSize =>
            PropertyScope.Connect | PropertyScope.ConnAck,
        PropertyId.TopicAlias => PropertyScope.Publish,
        PropertyId.UserProperty => Everywhere,
        _ => PropertyScope.None,
    };

    private static void ReadOne(ref PacketReader reader, PropertyId id, MqttProperties into)
    {
        switch (id)
        {
            case PropertyId.PayloadFormat: into.IsText = reader.ReadFlag("Payload format"); break;
            case PropertyId.MessageExpiry: into.MessageExpiry = reader.ReadUInt32(); break;
            case PropertyId.ContentType: into.ContentType = reader.ReadString(); break;
            case PropertyId.ResponseTopic: into.ResponseTopic = ReadTopic(ref reader); break;
            case PropertyId.CorrelationData: into.CorrelationData = reader.ReadBinary(); break;
            case PropertyId.SubscriptionIdentifier:
                AddIdentifier(ref reader, into);
                break;
            case PropertyId.SessionExpiry: into.SessionExpiry = reader.ReadUInt32(); break;
            case PropertyId.AssignedClientId: into.AssignedClientId = reader.ReadString(); break;
            case PropertyId.ServerKeepAlive: into.ServerKeepAlive = reader.ReadUInt16(); break;
            case PropertyId.AuthenticationMethod: into.AuthenticationMethod = reader.ReadString(); break;
            case PropertyId.AuthenticationData: into.AuthenticationData = reader.ReadBinary(); break;
            case PropertyId.RequestProblemInformation: into.RequestProblemInformation = ReadFlag(ref reader); break;
            case PropertyId.WillDelay: into.WillDelay = reader.ReadUInt32(); break;
            case PropertyId.RequestResponseInformation: into.RequestResponseInformation = ReadFlag(ref reader); break;
            case PropertyId.ResponseInformation: into.ResponseInformation = reader.ReadString(); break;
            case PropertyId.ServerReference: into.ServerReference = reader.ReadString(); break;
            case PropertyId.ReasonString: into.ReasonString = reader.ReadString(); break;
            case PropertyId.ReceiveMaximum: into.ReceiveMaximum = (ushort)NotZero(reader.ReadUInt16()); break;
            case PropertyId.TopicAliasMaximum: into.TopicAliasMaximum = reader.ReadUInt16(); break;
            case PropertyId.TopicAlias: into.TopicAlias = ReadAlias(ref reader); break;
            case PropertyId.MaximumQos: into.MaximumQos = ReadFlag(ref reader) ? (byte)1 : (byte)0; break;
            case PropertyId.RetainAvailable: into.RetainAvailable = ReadFlag(ref reader); break;
            case PropertyId.UserProperty: AddUserProperty(ref reader, into); break;
            case PropertyId.MaximumPacketSize: into.MaximumPacketSize = NotZero(reader.ReadUInt32()); break;
            case PropertyId.WildcardAvailable: into.WildcardAvailable = ReadFlag(ref reader); break;
            case PropertyId.SubscriptionIdentifierAvailable:
                into.SubscriptionIdentifierAvailable = ReadFlag(ref reader);
                break;
            case PropertyId.SharedAvailable: into.SharedAvailable = ReadFlag(ref reader); break;
            default: throw MqttProtocolException.Malformed($"Property 0x{(byte)id:X2} is unknown.");
        }
    }

    private static bool ReadFlag(ref PacketReader reader) => reader.ReadFlag("A property");

    private static uint NotZero(uint value) =>
        value != 0 ? value : throw MqttProtocolException.Forbidden("A property that can't be zero is zero.");

    private static string ReadTopic(ref PacketReader reader)
    {
        var topic = reader.ReadString();
        return TopicName.IsValid(topic)
            ? topic
            : throw MqttProtocolException.Forbidden("The response topic is not valid.");
    }

    private static ushort ReadAlias(ref PacketReader reader)
    {
        var alias = reader.ReadUInt16();
        return alias != 0
            ? alias
            : throw new MqttProtocolException(MqttReason.TopicAliasInvalid, "The topic alias is zero.");
    }

    private static void AddIdentifier(ref PacketReader reader, MqttProperties into)
    {
        into.SubscriptionIdentifiers ??= new List<uint>(1);
        if (into.SubscriptionIdentifiers.Count == MaxIdentifiers)
            throw new MqttProtocolException(
                MqttReason.QuotaExceeded, $"More than {MaxIdentifiers} subscription identifiers.");
        into.SubscriptionIdentifiers.Add(NotZero(reader.ReadVariableInt()));
    }

    private static void AddUserProperty(ref PacketReader reader, MqttProperties into)
    {
        into.UserProperties ??= [];
        if (into.UserProperties.Count == MaxUserProperties)
            throw new MqttProtocolException(
                MqttReason.QuotaExceeded, $"More than {MaxUserProperties} user properties.");
        into.UserProperties.Add(new MqttUserProperty(reader.ReadString(), reader.ReadString()));
    }
}
