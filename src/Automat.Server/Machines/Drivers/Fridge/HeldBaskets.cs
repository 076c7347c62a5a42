using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Vends;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>Baskets of sales that are paid by a hold.</summary>
internal sealed class HeldBaskets(BasketSettlement settlement) : IBaskets
{
    public async Task<BasketEnd> SettleAsync(
        Id<Vend> vend, IReadOnlyList<BasketPiece> items, string evidence, CancellationToken ct)
    {
        var outcome = await settlement.SettleAsync(vend, ItemsOf(items), evidence, ct);
        return new BasketEnd(outcome.Total);
    }

    public Task ReportUnknownAsync(Id<Vend> vend, string evidence, CancellationToken ct) =>
        settlement.ReportUnknownAsync(vend, evidence, ct);

    public Task PreviewAsync(Id<Vend> vend, IReadOnlyList<BasketPiece> items, CancellationToken ct) =>
        settlement.PreviewAsync(vend, ItemsOf(items), ct);

    private static List<BasketItem> ItemsOf(IReadOnlyList<BasketPiece> pieces) =>
        [.. pieces.Select(piece => new BasketItem(piece.Slot, piece.Quantity))];
}
