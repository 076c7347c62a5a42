namespace Automat.Mqtt.Protocol;

/// <summary>The properties of MQTT 5.0, table 2-4.</summary>
internal enum PropertyId : byte
{
    PayloadFormat = 0x01,
    MessageExpiry = 0x02,
    ContentType = 0x03,
    ResponseTopic = 0x08,
    CorrelationData = 0x09,
    SubscriptionIdentifier = 0x0B,
    SessionExpiry = 0x11,
    AssignedClientId = 0x12,
    ServerKeepAlive = 0x13,
    AuthenticationMethod = 0x15,
    AuthenticationData = 0x16,
    RequestProblemInformation = 0x17,
    WillDelay = 0x18,
    RequestResponseInformation = 0x19,
    ResponseInformation = 0x1A,
    ServerReference = 0x1C,
    ReasonString = 0x1F,
    ReceiveMaximum = 0x21,
    TopicAliasMaximum = 0x22,
    TopicAlias = 0x23,
    MaximumQos = 0x24,
    RetainAvailable = 0x25,
    UserProperty = 0x26,
    MaximumPacketSize = 0x27,
    WildcardAvailable = 0x28,
    SubscriptionIdentifierAvailable = 0x29,
    SharedAvailable = 0x2A,
}

/// <summary>Where a set of properties stands; a will has its own set inside CONNECT.</summary>
[Flags]
internal enum PropertyScope
{
    None = 0,
    Connect = 1,
    Will = 2,
    ConnAck = 4,
    Publish = 8,
    Ack = 16,
    Subscribe = 32,
    SubAck = 64,
    Unsubscribe = 128,
    Disconnect = 256,
    Auth = 512,
}
