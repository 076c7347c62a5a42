using Automat.Domain;

namespace Automat.Server.Machines;

/// <summary>A machine's status as it is stored.</summary>
internal sealed record StatusRow
{
    public required MachineId MachineId { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required bool Online { get; init; }

    public required DateTimeOffset Since { get; init; }

    public DateTimeOffset? LastHeard { get; init; }

    public string? WhyNot { get; init; }

    public string? Firmware { get; init; }

    public long? UptimeSeconds { get; init; }

    public required string Faults { get; init; }

    public required string Temperatures { get; init; }

    public required string Counters { get; init; }

    /// <summary>When the counters were heard, which may be before the rest was.</summary>
    public DateTimeOffset? CountedAt { get; init; }

    public string? ConfigEtag { get; init; }

    public DateTimeOffset? SilentAt { get; init; }

    /// <summary>The node it was said to, last.</summary>
    public int? Node { get; init; }

    /// <summary>When it was written down, by the database's clock: the others read what is newer than what they know.</summary>
    public DateTimeOffset ToldAt { get; init; }
}
