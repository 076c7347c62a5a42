namespace Automat.Mqtt.Client;

/// <summary>What to subscribe to, with the options of MQTT 5.0; 3.1.1 knows only filter and QoS.</summary>
/// <param name="Filter">The topic filter; <c>$share/group/filter</c> shares it with the others of the group.</param>
/// <param name="Qos">The best QoS to receive with.</param>
public sealed record MqttSubscription(string Filter, MqttQos Qos = MqttQos.AtLeastOnce)
{
    /// <summary>Don't send back what this client publishes.</summary>
    public bool NoLocal { get; init; }

    /// <summary>Keep the retain flag on forwarded messages.</summary>
    public bool RetainAsPublished { get; init; }

    /// <summary>0 send retained messages, 1 only for a new subscription, 2 never.</summary>
    public byte RetainHandling { get; init; }

    /// <summary>Comes back with every message the subscription brings; 1 to 268,435,455.</summary>
    public uint? Identifier { get; init; }
}
