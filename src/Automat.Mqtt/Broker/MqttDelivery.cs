namespace Automat.Mqtt.Broker;

/// <summary>What became of a message given to one identity.</summary>
public enum MqttDelivery
{
    /// <summary>Nothing was sent: nobody of that identity is connected and subscribed to the topic and may read it, or
    /// the connection was too slow to take it in time. Safe to try again.</summary>
    NoSubscriber,

    /// <summary>A subscriber acknowledged it: PUBACK, or at QoS 2 PUBCOMP.</summary>
    Acknowledged,

    /// <summary>All subscribers have QoS 0; the bytes were given to the network.</summary>
    Written,

    /// <summary>It was sent, and no acknowledgement came before the connection ended or the time was up. It may have
    /// arrived or not.</summary>
    Lost,
}

/// <summary>How a message is delivered.</summary>
/// <param name="Timeout">How long to wait for the acknowledgement; looked at once per sweep.</param>
/// <param name="Expiry">Sent along in MQTT 5.0 so that the receiver may drop it late; not used otherwise.</param>
public sealed record MqttDeliverOptions(TimeSpan Timeout, TimeSpan? Expiry = null)
{
    /// <summary>Twenty seconds.</summary>
    public static readonly MqttDeliverOptions Default = new(TimeSpan.FromSeconds(20));
}
