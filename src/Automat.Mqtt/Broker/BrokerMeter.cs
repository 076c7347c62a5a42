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
        Dropped = new Tally(meter.CreateCounter<long>("mqtt.messages.dropped", description: "Messages dropped: full or expired"));
        BytesIn = new Tally(meter.CreateCounter<long>("mqtt.bytes.in", "By", "Bytes received"));
        BytesOut = new Tally(meter.CreateCounter<long>("mqtt.bytes.out", "By", "Bytes sent"));
    }

    public UpDownCounter<long> Connections { get; }

    public Tally Refused { get; }

    public Tally MessagesIn { get; }

    public Tally MessagesOut { get; }

    public Tally Dropped { get; }

    public Tally BytesIn { get; }

    public Tally BytesOut { get; }

    public void Dispose() => meter.Dispose();
}
