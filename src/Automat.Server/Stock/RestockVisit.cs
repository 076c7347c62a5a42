using Automat.Domain;

namespace Automat.Server.Stock;

/// <summary>What somebody found in a slot and did with it.</summary>
/// <param name="Slot">The slot.</param>
/// <param name="Found">Pieces that lay in it; null where nobody counted.</param>
/// <param name="Filled">Pieces put in.</param>
/// <param name="Removed">Good pieces taken back.</param>
/// <param name="Bad">Pieces thrown away.</param>
internal sealed record VisitLine(string Slot, int? Found, int Filled, int Removed, int Bad);

/// <summary>Somebody was at a machine, and is done. Written once, with all that moved.</summary>
internal sealed record RestockVisit
{
    /// <summary>The page brings it: sent twice, it is one visit.</summary>
    public required Id<RestockVisit> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required MachineId MachineId { get; init; }

    public Id<RestockRoute>? RouteId { get; init; }

    /// <summary>Where the goods came from.</summary>
    public Id<StockPlace>? PlaceId { get; init; }

    public required DateTimeOffset ClosedAt { get; init; }

    /// <summary>Who: an id, never a name.</summary>
    public required string ClosedBy { get; init; }

    /// <summary>Number on the bag the cash was put into; null when none was taken.</summary>
    public string? CashBag { get; init; }

    public string? Note { get; init; }

    /// <summary>Names the booking of its bag: booked with the visit or counted later, it is booked once.</summary>
    public string BagKey => Id.ToString();

    public required IReadOnlyList<VisitLine> Lines { get; init; }

    /// <summary>Pieces found less those that should have been there.</summary>
    public required int Difference { get; init; }
}
