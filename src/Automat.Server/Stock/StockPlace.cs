using Automat.Domain;

namespace Automat.Server.Stock;

/// <summary>What kind of place goods lie at.</summary>
internal enum PlaceKind
{
    /// <summary>A store room.</summary>
    Warehouse,

    /// <summary>What drives to the machines.</summary>
    Van,
}

/// <summary>Where goods lie that are not in a machine.</summary>
internal sealed record StockPlace
{
    public required Id<StockPlace> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Unique in the organisation.</summary>
    public required string Name { get; init; }

    public required PlaceKind Kind { get; init; }

    /// <summary>When it was given up; null while goods can be brought there. Movements name it, so it stays.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}
