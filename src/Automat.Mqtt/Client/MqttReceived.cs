namespace Automat.Mqtt.Client;

/// <summary>A message that arrived.</summary>
public sealed class MqttReceived
{
    private readonly Func<ValueTask>? ack;
    private int acknowledged;

    internal MqttReceived(MqttMessage message, bool duplicate, Func<ValueTask>? ack)
    {
        Message = message;
        Duplicate = duplicate;
        this.ack = ack;
    }

    /// <summary>The message.</summary>
    public MqttMessage Message { get; }

    /// <summary>The broker sent it before and saw no acknowledgement.</summary>
    public bool Duplicate { get; }

    /// <summary>Acknowledges a QoS 1 message, once; does nothing for QoS 0. If the connection is gone meanwhile, the
    /// broker sends it again.</summary>
    public ValueTask AckAsync() =>
        ack is null || Interlocked.Exchange(ref acknowledged, 1) != 0 ? ValueTask.CompletedTask : ack();
}

/// <summary>What the broker said to CONNECT.</summary>
/// <param name="SessionPresent">It remembers the session: no need to subscribe again.</param>
/// <param name="ClientId">The client id in use.</param>
/// <param name="KeepAlive">The keep-alive in use; the broker may have shortened it.</param>
/// <param name="MaximumQos">The best QoS it offers.</param>
/// <param name="ReceiveMaximum">QoS 1 messages it takes without having acknowledged.</param>
public sealed record MqttConnected(
    bool SessionPresent, string ClientId, TimeSpan KeepAlive, MqttQos MaximumQos, int ReceiveMaximum)
{
    /// <summary>It shares the messages of a subscription to <c>$share/GROUP/FILTER</c> among the group (5.0).</summary>
    public bool SharedAvailable { get; init; } = true;
}

/// <summary>The broker answered CONNECT with a refusal.</summary>
public sealed class MqttRefusedException(byte code, string message) : Exception(message)
{
    /// <summary>The return code of 3.1.1 (1 to 5) or the reason code of 5.0.</summary>
    public byte Code { get; } = code;
}

/// <summary>There is no connection, or it ended before the answer came. A QoS 1 message may have arrived.</summary>
public sealed class MqttDisconnectedException(string message, MqttReason? reason = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What the broker said, if it said anything (5.0).</summary>
    public MqttReason? Reason { get; } = reason;
}
