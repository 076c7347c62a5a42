namespace Automat.Mqtt;

/// <summary>The other end broke the protocol or a limit; the connection ends with <see cref="Reason"/>.</summary>
public sealed class MqttProtocolException(MqttReason reason, string message) : Exception(message)
{
    /// <summary>What a DISCONNECT or CONNACK says about it.</summary>
    public MqttReason Reason { get; } = reason;

    /// <summary>The version a CONNECT named before it went wrong, so that the refusal can be told in it.</summary>
    internal MqttVersion? Spoken { get; set; }

    internal static MqttProtocolException Malformed(string message) => new(MqttReason.MalformedPacket, message);

    internal static MqttProtocolException Forbidden(string message) => new(MqttReason.ProtocolError, message);
}
