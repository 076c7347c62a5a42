using Automat.Domain;

namespace Automat.Server.Chips;

/// <summary>Chips that share limits and an allowance, such as a school class or the night shift.</summary>
public sealed record ChipGroup
{
    /// <summary>Identity.</summary>
    public required Id<ChipGroup> Id { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>What it is called; unique in the organisation.</summary>
    public required string Name { get; init; }

    /// <summary>Its limits as JSON; null says nothing.</summary>
    public string? Limits { get; init; }

    /// <summary>What its chips are given each period, as JSON; null for nothing.</summary>
    public string? Allowance { get; init; }
}

/// <summary>What holds for all chips of an organisation.</summary>
public sealed record ChipSettings
{
    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Limits of chips that neither have their own nor their group's, as JSON; null says nothing.</summary>
    public string? Limits { get; init; }

    /// <summary>IANA name of the time zone allowances begin in.</summary>
    public string TimeZone { get; init; } = "UTC";
}
