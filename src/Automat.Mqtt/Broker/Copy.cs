using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Broker;

/// <summary>One session's copy of a message: what is special about it.</summary>
/// <param name="Publication">The message.</param>
/// <param name="Qos">The smaller of published and subscribed.</param>
/// <param name="Retain">The flag to send.</param>
internal readonly record struct Copy(Publication Publication, MqttQos Qos, bool Retain)
{
    /// <summary>The identifiers of the subscriptions it is for.</summary>
    public uint[]? Identifiers { get; init; }

    /// <summary>The group it was shared in: another member may get it instead.</summary>
    public ISharing? Group { get; init; }

    /// <summary>Set for a delivery, which happens now or not at all.</summary>
    public DeliveryWatch? Watch { get; init; }

    /// <summary>A retained message for a new subscription. The retained messages hold its memory anyway, and many of
    /// them are no sign of a slow reader.</summary>
    public bool IsGreeting { get; init; }

    /// <summary>Bytes it counts for while it waits.</summary>
    public int Weight => IsGreeting ? 0 : Publication.Weight;
}

/// <summary>What a message in flight waits for.</summary>
internal enum AwaitedAnswer : byte
{
    /// <summary>QoS 1: PUBACK.</summary>
    PubAck,

    /// <summary>QoS 2: PUBREC; the receiver may not have it.</summary>
    PubRec,

    /// <summary>QoS 2: PUBCOMP; the receiver has it, and must be told that we know.</summary>
    PubComp,
}

/// <summary>A message in flight.</summary>
internal sealed class Sent(ushort id, in Copy copy, AwaitedAnswer awaited)
{
    public ushort Id { get; } = id;

    public Copy Copy { get; } = copy;

    public AwaitedAnswer Awaited { get; set; } = awaited;

    /// <summary>Who waits for the outcome; null when told.</summary>
    public DeliveryWatch? Watch { get; set; } = copy.Watch;

    /// <summary>Part of a delivery, not of the session: never sent twice.</summary>
    public bool IsTransient => Copy.Watch is not null;

    public void Settle(MqttDelivery outcome)
    {
        Watch?.Settle(outcome);
        Watch = null;
    }
}

/// <summary>A message that waits to be sent, for the first time or, if it has an id, again.</summary>
internal readonly record struct Waiting(Copy Copy, ushort Id = 0, AwaitedAnswer Awaited = AwaitedAnswer.PubAck);

/// <summary>Whether a session can take a message now.</summary>
internal enum Readiness
{
    Ready,

    /// <summary>Connected, but it would have to wait.</summary>
    Busy,

    /// <summary>Not connected.</summary>
    Away,
}
