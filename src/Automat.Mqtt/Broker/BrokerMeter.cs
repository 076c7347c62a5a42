using System.Diagnostics.Metrics;

namespace Automat.Mqtt.Broker;

/// <summary>The broker's counters, published under the name <c>Automat.Mqtt</c>.</summary>
internal sealed class BrokerMeter : IDisposable
{
    public const string Name = "Automat.Mqtt";

    private readonly Meter meter = new(Name);

    public BrokerMeter()
    {
        Connections = meter.CreateUpDownCounter<long>("mqtt.connections", description: "Open connections");
        Refused = new Tally(meter.CreateCounter<long>("mqtt.refused", description: "Connections refused"));
        MessagesIn = new Tally(meter.CreateCounter<long>("mqtt.messages.in", description: "Messages accepted from clients"));
        MessagesOut = new Tally(meter.CreateCounter<long>("mqtt.messages.out", description: "Messages sent to clients"));
        Dropped = new Tally(meter.CreateCounter<long>("mqtt.messages.dropped", description: "Messages not sent, by reason"));
        SlowConsumers = meter.CreateCounter<long>(
            "mqtt.slow_consumers", description: "Connections closed because the client did not keep up");
        HeldBack = meter.CreateCounter<long>(
            "mqtt.held_back", description: "Times a client was made to wait because it sent too fast");
        BytesIn = new Tally(meter.CreateCounter<long>("mqtt.bytes.in", "By", "Bytes received"));
        BytesOut = new Tally(meter.CreateCounter<long>("mqtt.bytes.out", "By", "Bytes sent"));
    }

    public UpDownCounter<long> Connections { get; }

    public Tally Refused { get; }

    public Tally MessagesIn { get; }

    public Tally MessagesOut { get; }

    public Counter<long> SlowConsumers { get; }

    public Counter<long> HeldBack { get; }

    public Tally BytesIn { get; }

    public Tally BytesOut { get; }

    public Tally Dropped { get; }

    public void Drop(DropReason reason) => Dropped.Add(1, new KeyValuePair<string, object?>("reason", reason switch
    {
        DropReason.QueueFull => "queue_full",
        DropReason.Expired => "expired",
        DropReason.TooLarge => "too_large",
        DropReason.NotAllowed => "not_allowed",
        DropReason.RetainedFull => "retained_full",
        DropReason.NobodyInGroup => "nobody_in_group",
    }));

    public void Dispose() => meter.Dispose();
}

/// <summary>Why a message was not sent to somebody who subscribes.</summary>
internal enum DropReason
{
    /// <summary>Too many messages, or bytes, wait already.</summary>
    QueueFull,

    Expired,

    /// <summary>Larger than the client accepts.</summary>
    TooLarge,

    /// <summary>The right to read the topic is gone.</summary>
    NotAllowed,

    /// <summary>No room for another retained message.</summary>
    RetainedFull,

    /// <summary>No member of a shared subscription could take it.</summary>
    NobodyInGroup,
}
