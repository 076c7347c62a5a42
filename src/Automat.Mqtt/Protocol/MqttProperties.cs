namespace Automat.Mqtt.Protocol;

/// <summary>All properties a packet of MQTT 5.0 may carry; null means absent.</summary>
internal sealed class MqttProperties
{
    /// <summary>No properties; never written to.</summary>
    public static readonly MqttProperties None = new();

    public bool? IsText { get; set; }

    public uint? MessageExpiry { get; set; }

    public string? ContentType { get; set; }

    public string? ResponseTopic { get; set; }

    public byte[]? CorrelationData { get; set; }

    /// <summary>One in SUBSCRIBE; in PUBLISH one for each subscription it serves.</summary>
    public List<uint>? SubscriptionIdentifiers { get; set; }

    public uint? SessionExpiry { get; set; }

    public string? AssignedClientId { get; set; }

    public ushort? ServerKeepAlive { get; set; }

    public string? AuthenticationMethod { get; set; }

    public byte[]? AuthenticationData { get; set; }

    public bool? RequestProblemInformation { get; set; }

    public uint? WillDelay { get; set; }

    public bool? RequestResponseInformation { get; set; }

    public string? ResponseInformation { get; set; }

    public string? ServerReference { get; set; }

    /// <summary>As read; it is written from <see cref="Packet.ReasonString"/>, which may be left out.</summary>
    public string? ReasonString { get; set; }

    public ushort? ReceiveMaximum { get; set; }

    public ushort? TopicAliasMaximum { get; set; }

    public ushort? TopicAlias { get; set; }

    public byte? MaximumQos { get; set; }

    public bool? RetainAvailable { get; set; }

    public List<MqttUserProperty>? UserProperties { get; set; }

    public uint? MaximumPacketSize { get; set; }

    public bool? WildcardAvailable { get; set; }

    public bool? SubscriptionIdentifierAvailable { get; set; }

    public bool? SharedAvailable { get; set; }
}
