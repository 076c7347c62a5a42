using Automat.Domain;

namespace Automat.Server.Dex;

/// <summary>Who brought an audit file.</summary>
public enum DexSource
{
    /// <summary>Staff uploaded it.</summary>
    Staff,

    /// <summary>The machine sent it over the device interface.</summary>
    Device,

    /// <summary>A driver fetched it from the machine.</summary>
    Driver,
}

/// <summary>How far the server is with an audit file.</summary>
internal enum DexReadStatus
{
    /// <summary>Kept; what it means was not looked at yet.</summary>
    Received,

    /// <summary>It is decided what is to be booked; not all of it is booked yet.</summary>
    Planned,

    /// <summary>All of it is booked.</summary>
    Done,
}

/// <summary>An audit file of a machine, as it came, and what came of it. The same file of the same machine is kept once.</summary>
internal sealed record DexRead
{
    public required Id<DexRead> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required MachineId MachineId { get; init; }

    /// <summary>Serial number the file names; counters of two controllers are never held against each other.</summary>
    public required string Serial { get; init; }

    /// <summary>SHA-256 of the file.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>The file, byte for byte.</summary>
    public required byte[] Content { get; init; }

    public required DexSource Source { get; init; }

    /// <summary>Whether the stock of the slots follows what it says.</summary>
    public required bool SetsStock { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    public DexReadStatus Status { get; set; }

    /// <summary>What is to be booked, as JSON (<see cref="DexPlan"/>); null before it was decided.</summary>
    public string? Plan { get; set; }
}

/// <summary>A cash sale the books already had, or have from an audit file: no other file counts it again.</summary>
internal sealed record DexVend
{
    public required Guid VendId { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required MachineId MachineId { get; init; }

    /// <summary>The file that counts it.</summary>
    public required Id<DexRead> ReadId { get; init; }

    /// <summary>It was booked from that file; else the machine had told of it before.</summary>
    public required bool Booked { get; init; }

    /// <summary>Minor units.</summary>
    public required long Amount { get; init; }
}
