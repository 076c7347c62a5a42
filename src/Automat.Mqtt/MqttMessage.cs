namespace Automat.Mqtt;

/// <summary>A user property of MQTT 5.0: a name and a value, any number of them, order kept.</summary>
public readonly record struct MqttUserProperty(string Name, string Value);

/// <summary>An application message. The properties below <see cref="Retain"/> exist on the wire in MQTT 5.0 only;
/// a 3.1.1 client neither sends nor sees them.</summary>
public sealed record MqttMessage
{
    /// <summary>The topic name; no wildcards.</summary>
    public required string Topic { get; init; }

    /// <summary>The content. Whoever hands a message over must not change these bytes any more.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>The quality of service it was, or is to be, published with.</summary>
    public MqttQos Qos { get; init; }

    /// <summary>Keep it as the topic's last value; an empty payload clears it.</summary>
    public bool Retain { get; init; }

    /// <summary>True if the payload is declared to be UTF-8 text.</summary>
    public bool IsText { get; init; }

    /// <summary>How long it is worth delivering; null is for ever. Whole seconds on the wire.</summary>
    public TimeSpan? Expiry { get; init; }

    /// <summary>MIME type of the payload.</summary>
    public string? ContentType { get; init; }

    /// <summary>Where an answer is expected.</summary>
    public string? ResponseTopic { get; init; }

    /// <summary>What the answer has to repeat.</summary>
    public ReadOnlyMemory<byte>? CorrelationData { get; init; }

    /// <summary>User properties, forwarded in order.</summary>
    public IReadOnlyList<MqttUserProperty> UserProperties { get; init; } = [];
}

/// <summary>The message a broker publishes for a client that went without saying goodbye.</summary>
/// <param name="Message">What to publish.</param>
/// <param name="Delay">How long to wait for the client to come back first (MQTT 5.0; whole seconds).</param>
public sealed record MqttWill(MqttMessage Message, TimeSpan Delay = default);
