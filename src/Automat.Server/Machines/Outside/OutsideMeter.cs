using System.Diagnostics.Metrics;

namespace Automat.Server.Machines.Outside;

/// <summary>The figures of the connection to somebody else's broker.</summary>
internal sealed class OutsideMeter
{
    public const string Name = "Automat.Mqtt.Outside";

    private int connected;

    public OutsideMeter(IMeterFactory meters)
    {
        var meter = meters.Create(Name);
        meter.CreateObservableGauge(
            "mqtt.outside.connected", () => Volatile.Read(ref connected), description: "1 while the broker is there");
        Failures = meter.CreateCounter<long>("mqtt.outside.failures", description: "Connections that failed or were lost");
        Heard = meter.CreateCounter<long>("mqtt.outside.messages.in", description: "Messages of machines worked off");
        Strange = meter.CreateCounter<long>("mqtt.outside.messages.strange", description: "Messages that are no machine's");
        Sent = meter.CreateCounter<long>("mqtt.outside.messages.out", description: "Messages the broker took");
        Lost = meter.CreateCounter<long>("mqtt.outside.messages.lost", description: "Messages without an answer");
    }

    public Counter<long> Failures { get; }

    public Counter<long> Heard { get; }

    public Counter<long> Strange { get; }

    public Counter<long> Sent { get; }

    public Counter<long> Lost { get; }

    public bool Connected
    {
        get => Volatile.Read(ref connected) == 1;
        set => Volatile.Write(ref connected, value ? 1 : 0);
    }
}
