namespace Automat.Mqtt.Client;

/// <summary>A message that arrived.</summary>
public sealed class MqttReceived
{
    private readonly Func<ValueTask>? ack;
    private readonly Action? fail;
    private int acknowledged;

    internal MqttReceived(
        MqttMessage message,
        bool duplicate,
        IReadOnlyList<uint> identifiers,
        Func<ValueTask>? ack,
        Action? fail = null)
    {
        Message = message;
        Duplicate = duplicate;
        SubscriptionIdentifiers = identifiers;
        this.ack = ack;
        this.fail = fail;
    }

    /// <summary>The message.</summary>
    public MqttMessage Message { get; }

    /// <summary>The broker sent it before and saw no acknowledgement.</summary>
    public bool Duplicate { get; }

    /// <summary>The identifiers of the subscriptions that brought it (5.0); empty if they have none.</summary>
    public IReadOnlyList<uint> SubscriptionIdentifiers { get; }

    /// <summary>Acknowledges a message of QoS 1 or 2, once; does nothing for QoS 0. If the connection is gone
    /// meanwhile, the broker sends it again; at QoS 2 it is not handed out again.</summary>
    public ValueTask AckAsync() =>
        ack is null || Interlocked.Exchange(ref acknowledged, 1) != 0 ? ValueTask.CompletedTask : ack();

    /// <summary>It was not handled; the next copy is handed out again.</summary>
    internal void Fail() => fail?.Invoke();
}

/// <summary>What the broker said to CONNECT.</summary>
/// <param name="SessionPresent">It remembers the session: no need to subscribe again.</param>
/// <param name="ClientId">The client id in use.</param>
/// <param name="KeepAlive">The keep-alive in use; the broker may have shortened it.</param>
/// <param name="MaximumQos">The best QoS it offers.</param>
/// <param name="ReceiveMaximum">QoS 1 and 2 messages it takes without having acknowledged.</param>
public sealed record MqttConnected(
    bool SessionPresent, string ClientId, TimeSpan KeepAlive, MqttQos MaximumQos, int ReceiveMaximum)
{
    /// <summary>How long it keeps the session without a connection; null if it keeps what was asked for.</summary>
    public TimeSpan? SessionExpiry { get; init; }

    /// <summary>Largest packet it takes, in bytes.</summary>
    public uint MaximumPacketSize { get; init; } = uint.MaxValue;

    /// <summary>Topic aliases it takes.</summary>
    public int TopicAliasMaximum { get; init; }

    /// <summary>It keeps retained messages.</summary>
    public bool RetainAvailable { get; init; } = true;

    /// <summary>It takes wildcards in filters.</summary>
    public bool WildcardAvailable { get; init; } = true;

    /// <summary>It takes subscription identifiers.</summary>
    public bool SubscriptionIdentifierAvailable { get; init; } = true;

    /// <summary>It takes shared subscriptions.</summary>
    public bool SharedAvailable { get; init; } = true;

    /// <summary>What it says about topics for answers, if it was asked.</summary>
    public string? ResponseInformation { get; init; }
}

/// <summary>The broker answered CONNECT with a refusal.</summary>
public sealed class MqttRefusedException(byte code, string message) : Exception(message)
{
    /// <summary>The return code of 3.1.1 (1 to 5) or the reason code of 5.0.</summary>
    public byte Code { get; } = code;
}

/// <summary>There is no connection, or it ended before the answer came. A message of QoS 1 or 2 may have
/// arrived.</summary>
public sealed class MqttDisconnectedException(string message, MqttReason? reason = null, Exception? inner = null)
    : Exception(message, inner)
{
    /// <summary>What the broker said, if it said anything (5.0).</summary>
    public MqttReason? Reason { get; } = reason;
}
