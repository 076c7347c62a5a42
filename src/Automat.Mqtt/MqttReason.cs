namespace Automat.Mqtt;

/// <summary>Reason codes of MQTT 5.0, section 2.4. Inside the broker they also serve 3.1.1 connections, where most
/// of them can't be told to the client and simply close the connection.</summary>
public enum MqttReason : byte
{
    /// <summary>Success, granted QoS 0, or a normal disconnection.</summary>
    Success = 0x00,

    /// <summary>The subscription was granted at QoS 1.</summary>
    GrantedQos1 = 0x01,

    /// <summary>The subscription was granted at QoS 2.</summary>
    GrantedQos2 = 0x02,

    /// <summary>The client goes, and wants its will published.</summary>
    DisconnectWithWill = 0x04,

    /// <summary>Accepted, and nobody subscribes.</summary>
    NoMatchingSubscribers = 0x10,

    /// <summary>There was nothing to unsubscribe from.</summary>
    NoSubscriptionExisted = 0x11,

    /// <summary>Enhanced authentication goes on (AUTH).</summary>
    ContinueAuthentication = 0x18,

    /// <summary>Enhanced authentication starts again (AUTH).</summary>
    Reauthenticate = 0x19,

    /// <summary>No closer reason can be given; also the only refusal a 3.1.1 SUBACK knows.</summary>
    Unspecified = 0x80,

    /// <summary>The packet can't be parsed.</summary>
    MalformedPacket = 0x81,

    /// <summary>The packet is well formed but not allowed here.</summary>
    ProtocolError = 0x82,

    /// <summary>Valid, but this end doesn't accept it.</summary>
    ImplementationSpecific = 0x83,

    /// <summary>Not a version of MQTT we speak.</summary>
    UnsupportedProtocolVersion = 0x84,

    /// <summary>The client id is not allowed.</summary>
    ClientIdNotValid = 0x85,

    /// <summary>Wrong user name or password.</summary>
    BadUserNameOrPassword = 0x86,

    /// <summary>Not allowed to do this.</summary>
    NotAuthorized = 0x87,

    /// <summary>The broker is full.</summary>
    ServerUnavailable = 0x88,

    /// <summary>The broker is busy.</summary>
    ServerBusy = 0x89,

    /// <summary>This client is banned.</summary>
    Banned = 0x8A,

    /// <summary>The broker goes down.</summary>
    ServerShuttingDown = 0x8B,

    /// <summary>The authentication method is not supported.</summary>
    BadAuthenticationMethod = 0x8C,

    /// <summary>Nothing was heard for one and a half keep-alive periods.</summary>
    KeepAliveTimeout = 0x8D,

    /// <summary>Another connection of the same client took the session over.</summary>
    SessionTakenOver = 0x8E,

    /// <summary>The topic filter is not valid.</summary>
    TopicFilterInvalid = 0x8F,

    /// <summary>The topic name is not valid or beyond our limits.</summary>
    TopicNameInvalid = 0x90,

    /// <summary>The packet identifier is in use.</summary>
    PacketIdInUse = 0x91,

    /// <summary>The packet identifier is not known.</summary>
    PacketIdNotFound = 0x92,

    /// <summary>More messages in flight than announced.</summary>
    ReceiveMaximumExceeded = 0x93,

    /// <summary>A topic alias beyond what was announced.</summary>
    TopicAliasInvalid = 0x94,

    /// <summary>The packet is larger than announced.</summary>
    PacketTooLarge = 0x95,

    /// <summary>Too many messages in too short a time.</summary>
    MessageRateTooHigh = 0x96,

    /// <summary>A limit was reached: queue, subscriptions, sessions.</summary>
    QuotaExceeded = 0x97,

    /// <summary>Closed by somebody in charge.</summary>
    AdministrativeAction = 0x98,

    /// <summary>The payload is not what its format says.</summary>
    PayloadFormatInvalid = 0x99,

    /// <summary>Retained messages are not supported.</summary>
    RetainNotSupported = 0x9A,

    /// <summary>The QoS is above the announced maximum.</summary>
    QosNotSupported = 0x9B,

    /// <summary>Use another server for now.</summary>
    UseAnotherServer = 0x9C,

    /// <summary>Use another server from now on.</summary>
    ServerMoved = 0x9D,

    /// <summary>Shared subscriptions are not supported.</summary>
    SharedSubscriptionsNotSupported = 0x9E,

    /// <summary>Too many connections in too short a time.</summary>
    ConnectionRateExceeded = 0x9F,

    /// <summary>The connection lasted as long as it may.</summary>
    MaximumConnectTime = 0xA0,

    /// <summary>Subscription identifiers are not supported.</summary>
    SubscriptionIdentifiersNotSupported = 0xA1,

    /// <summary>Wildcards are not supported.</summary>
    WildcardSubscriptionsNotSupported = 0xA2,
}
