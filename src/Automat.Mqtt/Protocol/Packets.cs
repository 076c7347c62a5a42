namespace Automat.Mqtt.Protocol;

/// <summary>A decoded control packet.</summary>
internal abstract class Packet(PacketType type)
{
    public PacketType Type { get; } = type;

    /// <summary>What happened, for people (MQTT 5.0). Left out on the wire where it doesn't fit.</summary>
    public string? ReasonString { get; init; }
}

internal sealed class ConnectPacket() : Packet(PacketType.Connect)
{
    public MqttVersion Version { get; init; }

    public bool CleanStart { get; init; }

    /// <summary>Seconds; zero switches the keep-alive off.</summary>
    public ushort KeepAlive { get; init; }

    public string ClientId { get; init; } = "";

    public string? UserName { get; init; }

    public byte[]? Password { get; init; }

    public MqttWill? Will { get; init; }

    public MqttProperties Properties { get; init; } = MqttProperties.None;
}

internal sealed class ConnAckPacket() : Packet(PacketType.ConnAck)
{
    public bool SessionPresent { get; init; }

    /// <summary>A return code of 3.1.1 (0 to 5) or a reason code of 5.0.</summary>
    public byte Code { get; init; }

    public MqttProperties Properties { get; init; } = MqttProperties.None;
}

internal sealed class PublishPacket() : Packet(PacketType.Publish)
{
    public required MqttMessage Message { get; init; }

    public bool Duplicate { get; init; }

    /// <summary>Zero at QoS 0.</summary>
    public ushort PacketId { get; init; }

    /// <summary>Stands for the topic if that is empty, and for it from now on if it isn't.</summary>
    public ushort? TopicAlias { get; init; }

    /// <summary>Only a server sends them.</summary>
    public IReadOnlyList<uint> SubscriptionIdentifiers { get; init; } = [];
}

/// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP.</summary>
internal sealed class AckPacket(PacketType type, ushort packetId, MqttReason reason = MqttReason.Success) : Packet(type)
{
    public ushort PacketId { get; } = packetId;

    public MqttReason Reason { get; } = reason;
}

/// <summary>One line of a SUBSCRIBE.</summary>
internal readonly record struct SubscribeRequest(
    string Filter, MqttQos Qos, bool NoLocal = false, bool RetainAsPublished = false, byte RetainHandling = 0);

internal sealed class SubscribePacket() : Packet(PacketType.Subscribe)
{
    public ushort PacketId { get; init; }

    public IReadOnlyList<SubscribeRequest> Requests { get; init; } = [];

    public uint? SubscriptionIdentifier { get; init; }
}

internal sealed class UnsubscribePacket() : Packet(PacketType.Unsubscribe)
{
    public ushort PacketId { get; init; }

    public IReadOnlyList<string> Filters { get; init; } = [];
}

/// <summary>SUBACK or UNSUBACK; the latter has no codes in 3.1.1.</summary>
internal sealed class SubAckPacket(PacketType type) : Packet(type)
{
    public ushort PacketId { get; init; }

    public IReadOnlyList<MqttReason> Codes { get; init; } = [];
}

internal sealed class DisconnectPacket() : Packet(PacketType.Disconnect)
{
    public MqttReason Reason { get; init; }

    /// <summary>Seconds; a client may change how long its session lives when it leaves.</summary>
    public uint? SessionExpiry { get; init; }
}

internal sealed class AuthPacket() : Packet(PacketType.Auth)
{
    public MqttReason Reason { get; init; }
}

/// <summary>PINGREQ or PINGRESP.</summary>
internal sealed class PingPacket : Packet
{
    public static readonly PingPacket Request = new(PacketType.PingReq);

    public static readonly PingPacket Response = new(PacketType.PingResp);

    private PingPacket(PacketType type)
        : base(type)
    {
    }
}
