using Automat.Domain;
using Automat.Domain.Stock;
using Automat.Server.Catalog;

namespace Automat.Server.Stock;

/// <summary>
/// Goods came to a place or a slot, or left it. The database writes these itself whenever a stock changes, and lets nobody
/// change them: their sum is the level.
/// </summary>
internal sealed record StockMovement
{
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Counts on; a later movement has a higher one.</summary>
    public required long Number { get; init; }

    public required DateTimeOffset At { get; init; }

    public required MovementKind Kind { get; init; }

    public required Id<Product> ProductId { get; init; }

    /// <summary>The place; null for a slot.</summary>
    public Id<StockPlace>? PlaceId { get; init; }

    /// <summary>The machine; null for a place.</summary>
    public MachineId? MachineId { get; init; }

    /// <summary>The slot in the machine.</summary>
    public string? Slot { get; init; }

    /// <summary>Pieces that came; below nothing, pieces that left.</summary>
    public required int Quantity { get; init; }

    /// <summary>When those pieces expire, where it was known.</summary>
    public DateOnly? ExpiresOn { get; init; }

    /// <summary>Names what belongs together: the halves of a transfer, all of a visit.</summary>
    public Guid? Together { get; init; }

    /// <summary>Who did it: an id, never a name; null where the server did.</summary>
    public string? DoneBy { get; init; }

    public string? Note { get; init; }
}
