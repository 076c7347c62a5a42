using System.Collections.Concurrent;
using Automat.Domain;
using Automat.Domain.Doors;
using Automat.Domain.Vends;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>What this node knows of a fridge at this moment. Everything that matters for money is in the database.</summary>
internal sealed class LiveDoor : IDisposable
{
    /// <summary>Messages of a moment that are looked at; a controller sends four a second.</summary>
    private const int MostAtOnce = 40;

    private const int PerSecond = 20;

    private readonly Lock gate = new();
    private double allowance = MostAtOnce;
    private DateTimeOffset counted;

    /// <summary>Taken while the state of a visit is read and written.</summary>
    public SemaphoreSlim OneAtATime { get; } = new(1, 1);

    /// <summary>The controller listens.</summary>
    public bool Reachable { get; set; }

    /// <summary>What it told last.</summary>
    public LockTelemetry? Telemetry { get; set; }

    /// <summary>When it told that.</summary>
    public DateTimeOffset? HeardAt { get; set; }

    /// <summary>When it was last told to the machine's status.</summary>
    public DateTimeOffset? ReportedAt { get; set; }

    /// <summary>Milligrams on its scale; null when unknown.</summary>
    public long? Mass { get; set; }

    /// <summary>Since when the door is open.</summary>
    public DateTimeOffset? OpenSince { get; set; }

    /// <summary>Who is at the door; null when nobody is.</summary>
    public Id<Vend>? Visit { get; set; }

    /// <summary>When that visit began here.</summary>
    public DateTimeOffset BegunAt { get; set; }

    /// <summary>How the door was last told to the visit.</summary>
    public bool? LastSeen { get; set; }

    /// <summary>The newest word of the agent, and of which visit.</summary>
    public (Id<Vend> Visit, int Sequence) Agent { get; set; }

    /// <summary>When the state of the visit was last written down.</summary>
    public DateTimeOffset? KeptAt { get; set; }

    /// <summary>How warm it was, for how long.</summary>
    public ColdChain? Cold { get; set; }

    /// <summary>When a temperature was last heard.</summary>
    public DateTimeOffset? ColdHeardAt { get; set; }

    /// <summary>The secret its last good signature was made with: after a change it may know only the one before.</summary>
    public byte[]? Key { get; set; }

    /// <summary>Faults as they were last told.</summary>
    public IReadOnlyList<MachineFault> Faults { get; set; } = [];

    public void Dispose() => OneAtATime.Dispose();

    /// <summary>Whether one more message is looked at now.</summary>
    public bool Allows(DateTimeOffset now)
    {
        lock (gate)
        {
            allowance = Math.Min(MostAtOnce, allowance + Math.Max(0, (now - counted).TotalSeconds) * PerSecond);
            counted = now;
            if (allowance < 1) return false;
            allowance--;
            return true;
        }
    }
}

/// <summary>All fridges this node has heard of.</summary>
internal sealed class LiveDoors : IDisposable
{
    private readonly ConcurrentDictionary<MachineId, LiveDoor> all = new();

    /// <summary>A fridge.</summary>
    public LiveDoor Of(MachineId machine) => all.GetOrAdd(machine, _ => new LiveDoor());

    /// <summary>All of them.</summary>
    public IEnumerable<(MachineId Machine, LiveDoor Door)> All => all.Select(one => (one.Key, one.Value));

    public void Dispose()
    {
        foreach (var door in all.Values) door.Dispose();
    }

    /// <summary>Controllers that listen.</summary>
    public int Connected => all.Values.Count(door => door.Reachable);

    /// <summary>Doors that are open.</summary>
    public int Open => all.Values.Count(door => door is { Reachable: true, OpenSince: not null });

    /// <summary>The warmest reading; null when none tells.</summary>
    public double? Warmest => all.Values.Where(door => door.Reachable)
        .SelectMany(door => door.Telemetry?.Temperatures.Values ?? []).Select(degrees => (double?)degrees).Max();

    /// <summary>The highest humidity; null when none tells.</summary>
    public double? Dampest => all.Values.Where(door => door.Reachable).Select(door => door.Telemetry?.Humidity).Max();
}
