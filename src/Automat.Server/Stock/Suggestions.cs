using Automat.Domain;
using Automat.Domain.Stock;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Machines;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Stock;

/// <summary>A slot and what it wants.</summary>
internal sealed record SlotWish(MachineId Machine, string Slot, Product Product, int Stock, int Capacity, int? ParLevel, Restocking Wish);

/// <summary>What slots want, from their levels and what they sold in the last two weeks.</summary>
internal sealed class Suggestions(AutomatDb db, TimeProvider clock)
{
    private const int Days = 14;
    private const int MostSlots = 20_000;

    /// <summary>What the slots of these machines want, machine by machine; two queries, however many there are.</summary>
    /// <param name="organization">Whose.</param>
    /// <param name="machines">Which.</param>
    /// <param name="daysToNext">Days until somebody comes by again.</param>
    /// <param name="ct">Cancels.</param>
    public async Task<ILookup<MachineId, SlotWish>> OfAsync(
        Id<Organization> organization, IReadOnlyList<MachineId> machines, int daysToNext, CancellationToken ct)
    {
        var slots = await (from slot in db.Set<Slot>().AsNoTracking()
                           join product in db.Set<Product>().AsNoTracking() on slot.ProductId equals product.Id
                           where slot.OrganizationId == organization && machines.Contains(slot.MachineId) && slot.Capacity != null
                           orderby slot.MachineId, slot.Code
                           select new { slot, product }).Take(MostSlots).ToListAsync(ct);
        var sold = await SoldAsync(machines, ct);
        return slots.Select(s => new SlotWish(
            s.slot.MachineId, s.slot.Code, s.product, s.slot.Stock, s.slot.Capacity!.Value, s.slot.ParLevel,
            RestockRules.Of(
                s.slot.Stock, s.slot.ParLevel, s.slot.Capacity.Value, RestockRules.MinimumOf(s.slot.MinLevel, s.slot.ParLevel),
                (decimal)sold.GetValueOrDefault((s.slot.MachineId, s.slot.Code)) / Days, daysToNext))).ToLookup(s => s.Machine);
    }

    private async Task<Dictionary<(MachineId, string), int>> SoldAsync(IReadOnlyList<MachineId> machines, CancellationToken ct)
    {
        var since = clock.GetUtcNow().ToUniversalTime().AddDays(-Days);
        var sums = await db.Set<StockMovement>().AsNoTracking()
            .Where(m => m.MachineId != null && machines.Contains(m.MachineId.Value) && m.At >= since && m.Kind == MovementKind.Sale)
            .GroupBy(m => new { m.MachineId, m.Slot }).Select(g => new { g.Key.MachineId, g.Key.Slot, Pieces = g.Sum(m => m.Quantity) }).ToListAsync(ct);
        return sums.ToDictionary(s => (s.MachineId!.Value, s.Slot!), s => -s.Pieces);
    }
}
