using Automat.Domain;
using Automat.Domain.Vends;

namespace Automat.Server.Machines;

/// <summary>Whether a machine may sell at all; what it can do right now is its <see cref="MachineStatus"/>.</summary>
public enum MachineState
{
    /// <summary>It sells when it is ready.</summary>
    Active,

    /// <summary>Taken out of service by staff.</summary>
    OutOfService,

    /// <summary>Gone for good; kept because sales name it.</summary>
    Retired,
}

/// <summary>A machine: where it is, which driver speaks to it, what it may do.</summary>
public sealed record Machine
{
    /// <summary>The name it is known by everywhere, unique on this server.</summary>
    public required MachineId Id { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Name on pages.</summary>
    public required string Name { get; init; }

    /// <summary>Where it stands, in words.</summary>
    public required string Location { get; init; }

    /// <summary>The group staff count it to, such as <c>canteen</c>: limits of chips may hold for one; null for none.</summary>
    public string? Group { get; init; }

    /// <summary>Stable name of its driver, such as <c>arcade</c>.</summary>
    public required string Driver { get; init; }

    /// <summary>The currency it sells in.</summary>
    public required Currency Currency { get; init; }

    /// <summary>IANA name of its time zone.</summary>
    public required string TimeZone { get; init; }

    /// <summary>Whether it may sell.</summary>
    public MachineState State { get; init; }

    /// <summary>What happens to money whose fate the machine never told.</summary>
    public SilencePolicy SilencePolicy { get; init; }

    /// <summary>The driver's own settings, as JSON.</summary>
    public required string Settings { get; init; }

    /// <summary>When it was registered.</summary>
    public required DateTimeOffset CreatedAt { get; init; }
}
