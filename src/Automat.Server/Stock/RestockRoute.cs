using Automat.Domain;

namespace Automat.Server.Stock;

/// <summary>A round somebody drives: which machines, in which order, out of which van.</summary>
internal sealed record RestockRoute
{
    public required Id<RestockRoute> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Unique in the organisation.</summary>
    public required string Name { get; init; }

    /// <summary>Where its goods come from; null where nobody keeps books of that.</summary>
    public Id<StockPlace>? PlaceId { get; init; }

    /// <summary>Days from one round to the next.</summary>
    public int DaysBetween { get; init; } = 7;
}

/// <summary>A machine on a route.</summary>
internal sealed record RestockStop
{
    public required Id<RestockRoute> RouteId { get; init; }

    public required MachineId MachineId { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Which one after the other, from 1.</summary>
    public required int Position { get; init; }
}
