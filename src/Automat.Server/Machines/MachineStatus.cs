using System.Collections.Frozen;
using Automat.Domain;

namespace Automat.Server.Machines;

/// <summary>Something a machine says is wrong with it.</summary>
/// <param name="Code">Stable word, such as <c>coin_jam</c>.</param>
/// <param name="Text">In words, for staff.</param>
/// <param name="Since">Since when, by the machine's clock.</param>
public sealed record MachineFault(string Code, string Text, DateTimeOffset Since);

/// <summary>What a machine tells of itself in a heartbeat or state message.</summary>
public sealed record MachineReport
{
    /// <summary>Version of its firmware.</summary>
    public string? Firmware { get; init; }

    /// <summary>Seconds since it started.</summary>
    public long? UptimeSeconds { get; init; }

    /// <summary>What is wrong with it.</summary>
    public IReadOnlyList<MachineFault> Faults { get; init; } = [];

    /// <summary>Degrees Celsius by the sensor's name.</summary>
    public IReadOnlyDictionary<string, double> Temperatures { get; init; } = FrozenDictionary<string, double>.Empty;

    /// <summary>Its counters by name, such as vends since it was made.</summary>
    public IReadOnlyDictionary<string, long> Counters { get; init; } = FrozenDictionary<string, long>.Empty;

    /// <summary>When the counters were heard; null when none ever were.</summary>
    internal DateTimeOffset? CountedAt { get; init; }

    /// <summary>Which configuration it works with.</summary>
    public string? ConfigEtag { get; init; }

    /// <summary>After so long without a word it counts as offline.</summary>
    public TimeSpan Within { get; init; }

    /// <summary>Why it cannot sell, in a stable word; null when it can.</summary>
    public string? WhyNot { get; init; }
}

/// <summary>What is known of a machine right now, whichever driver speaks to it.</summary>
/// <param name="Online">Whether it is connected and was heard within its driver's limit.</param>
/// <param name="Since">Since when that is so.</param>
/// <param name="LastHeard">When it last said anything, also before the server was restarted; null when never.</param>
/// <param name="WhyNot">Why it cannot sell now, in a stable word; null when it can.</param>
public sealed record MachineStatus(bool Online, DateTimeOffset Since, DateTimeOffset? LastHeard, string? WhyNot)
{
    /// <summary>What it last told of itself; null when nothing yet.</summary>
    public MachineReport? Report { get; init; }

    /// <summary>When its silence means that it is offline; null where the connection itself tells.</summary>
    internal DateTimeOffset? SilentAt { get; init; }

    /// <summary>This node heard it; else another one did, and wrote it down.</summary>
    internal bool Here { get; init; }

    /// <summary>Never heard of.</summary>
    public static MachineStatus Never(DateTimeOffset now) => new(Online: false, now, LastHeard: null, "machine_offline");

    /// <summary>What one of its counters last said, and when it said so; null when it never did.</summary>
    public (long Value, DateTimeOffset ToldAt)? Counted(string counter) =>
        Report is { CountedAt: { } at } report && report.Counters.TryGetValue(counter, out var value) ? (value, at) : null;

    internal bool SaysTheSameAs(MachineStatus other) =>
        Online == other.Online && WhyNot == other.WhyNot && Report?.Firmware == other.Report?.Firmware
        && Report?.ConfigEtag == other.Report?.ConfigEtag
        && (Report?.Faults ?? []).SequenceEqual(other.Report?.Faults ?? []);
}

/// <summary>A time a machine could not be reached.</summary>
public sealed record Outage
{
    /// <summary>Identity.</summary>
    public required Id<Outage> Id { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The machine.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>When it ended; null while it lasts.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Why, in a stable word: <c>machine_offline</c>, <c>machine_silent</c>, <c>server_restarted</c>.</summary>
    public required string Reason { get; init; }
}
