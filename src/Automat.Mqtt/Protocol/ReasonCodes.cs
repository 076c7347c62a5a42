using static Automat.Mqtt.MqttReason;

namespace Automat.Mqtt.Protocol;

/// <summary>Which reason codes a packet may carry (the tables of section 3, MQTT 5.0).</summary>
internal static class ReasonCodes
{
    /// <summary>Returns the reason, or refuses the packet as malformed.</summary>
    public static MqttReason Check(PacketType type, MqttReason reason) => IsAllowed(type, reason)
        ? reason
        : throw MqttProtocolException.Malformed($"{type} can't carry 0x{(byte)reason:X2}.");

    public static bool IsAllowed(PacketType type, MqttReason reason) => type switch
    {
        PacketType.ConnAck => reason is Success or (>= Unspecified and <= Banned) or BadAuthenticationMethod
            or TopicNameInvalid or PacketTooLarge or QuotaExceeded or PayloadFormatInvalid or RetainNotSupported
            or QosNotSupported or UseAnotherServer or ServerMoved or ConnectionRateExceeded,
        PacketType.PubAck or PacketType.PubRec => reason is Success or NoMatchingSubscribers or Unspecified
            or ImplementationSpecific or NotAuthorized or TopicNameInvalid or PacketIdInUse or QuotaExceeded
            or PayloadFormatInvalid,
        PacketType.PubRel or PacketType.PubComp => reason is Success or PacketIdNotFound,
        PacketType.SubAck => reason is <= GrantedQos2 or Unspecified or ImplementationSpecific or NotAuthorized
            or TopicFilterInvalid or PacketIdInUse or QuotaExceeded or SharedSubscriptionsNotSupported
            or SubscriptionIdentifiersNotSupported or WildcardSubscriptionsNotSupported,
        PacketType.UnsubAck => reason is Success or NoSubscriptionExisted or Unspecified or ImplementationSpecific
            or NotAuthorized or TopicFilterInvalid or PacketIdInUse,
        PacketType.Disconnect => reason is Success or DisconnectWithWill or (>= Unspecified and <= ProtocolError)
            or ImplementationSpecific or NotAuthorized or ServerBusy or ServerShuttingDown or KeepAliveTimeout
            or SessionTakenOver or TopicFilterInvalid or TopicNameInvalid
            or (>= ReceiveMaximumExceeded and <= WildcardSubscriptionsNotSupported),
        PacketType.Auth => reason is Success or ContinueAuthentication or Reauthenticate,
        _ => false,
    };
}
