namespace Automat.Server.Machines.Drivers.Native;

/// <summary>What can be set for a machine that speaks our own protocol. What lies outside its range counts as its limit.</summary>
internal sealed record NativeSettings
{
    /// <summary>Seconds a paid sale waits for a machine that is away, before the customer is refunded (5 to 3600).</summary>
    public int TakeWithin { get; init; } = 90;

    /// <summary>Seconds a machine may take from a command to its acknowledgement; a spiral turns in ten (5 to 600).</summary>
    public int AnswerWithin { get; init; } = 45;

    /// <summary>Seconds an unknown outcome stays open for a late report (5 to 604800).</summary>
    public int DecideWithin { get; init; } = 300;

    /// <summary>Paid sales that may wait for the machine: it serves one after the other (1 to 100).</summary>
    public int SalesAtOnce { get; init; } = 5;

    /// <summary>Seconds a chip's money is held while the machine vends (15 to 900). The bus allows a vend some 60.</summary>
    public int ReservationS { get; init; } = 120;

    /// <summary>Seconds between two heartbeats (5 to 3600); after three missed ones it counts as offline.</summary>
    public int HeartbeatS { get; init; } = 30;

    /// <summary>Seconds until a device asks for its configuration by itself (10 to 86400).</summary>
    public int ConfigPollS { get; init; } = 300;

    /// <summary>Minor units one vend at the machine may cost: a broken controller must not empty a chip (1 to 10000000).</summary>
    public long LargestAmount { get; init; } = 100_000;

    /// <summary>Abilities switched on or off, passed on to the device as they stand.</summary>
    public IReadOnlyDictionary<string, bool> Features { get; init; } = new Dictionary<string, bool>(StringComparer.Ordinal);

    /// <summary>The same within its ranges.</summary>
    public NativeSettings Bounded() => this with
    {
        TakeWithin = Math.Clamp(TakeWithin, 5, 3600),
        AnswerWithin = Math.Clamp(AnswerWithin, 5, 600),
        DecideWithin = Math.Clamp(DecideWithin, 5, 604_800),
        SalesAtOnce = Math.Clamp(SalesAtOnce, 1, 100),
        ReservationS = Math.Clamp(ReservationS, 15, 900),
        HeartbeatS = Math.Clamp(HeartbeatS, 5, 3600),
        ConfigPollS = Math.Clamp(ConfigPollS, 10, 86_400),
        LargestAmount = Math.Clamp(LargestAmount, 1, 10_000_000),
    };
}

/// <summary>Finds a machine's settings; a machine of another driver that signs requests keeps to the defaults.</summary>
internal sealed class NativeMachines
{
    private static readonly NativeSettings Defaults = new();

    private readonly DriverSettings<NativeSettings> settings = new();

    /// <summary>Whether it is a machine of this driver; others may sign requests too.</summary>
    public bool Has(Machine machine) => machine.Driver == NativeDriver.DriverName;

    public NativeSettings SettingsOf(Machine machine) =>
        machine.Driver == NativeDriver.DriverName ? settings.Of(machine).Bounded() : Defaults;
}
