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
        Refused = meter.CreateCounter<long>("mqtt.refused", description: "Connections refused");
        MessagesIn = meter.CreateCounter<long>("mqtt.messages.in", description: "Messages accepted from clients");
        MessagesOut = meter.CreateCounter<long>("mqtt.messages.out", description: "Messages sent to clients");
        Dropped = meter.CreateCounter<long>("mqtt.messages.dropped", description: "Messages dropped: full or expired");
        BytesIn = meter.CreateCounter<long>("mqtt.bytes.in", "By", "Bytes received");
        BytesOut = meter.CreateCounter<long>("mqtt.bytes.out", "By", "Bytes sent");
    }

    public UpDownCounter<long> Connections { get; }

    public Counter<long> Refused { get; }

    public Counter<long> MessagesIn { get; }

    public Counter<long> MessagesOut { get; }

    public Counter<long> Dropped { get; }

    public Counter<long> BytesIn { get; }

    public Counter<long> BytesOut { get; }

    public void Dispose() => meter.Dispose();
}
