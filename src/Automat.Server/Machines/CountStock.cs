using Automat.Domain;
using Automat.Domain.Stock;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines;

/// <summary>
/// Somebody stood before the machine and says what lies in it. The slots are locked as the journal locks them, so a sale at
/// the same moment is counted either before or after.
/// </summary>
public static class CountStock
{
    private const int MostPieces = 100_000;

    /// <summary>
    /// Sets what can be sold of a product, spread over its slots, and its price; pieces promised to customers lie there
    /// besides. A slot that is to hold more than was known of it holds more. Saved with the caller's own save.
    /// </summary>
    /// <exception cref="RuleException"><c>product_unknown</c>; <c>stock_invalid</c>; <c>price_invalid</c>.</exception>
    public static async Task SetAsync(
        AutomatDb db, MachineId machine, Id<Product> product, int pieces, long price, CancellationToken ct, string? by = null)
    {
        if (pieces is < 0 or > MostPieces) throw new RuleException("stock_invalid", "A stock is a number from 0 to 100000.");
        if (price is <= 0 or > 100_000_000) throw new RuleException("price_invalid", "A price is more than nothing, and not absurd.");
        var slots = await LockedAsync(db, machine, product, ct);
        if (slots.Count == 0) throw new RuleException("product_unknown", "That product is not in this machine.");
        await db.SayAsync(new StockMove(MovementKind.Count, by), ct);
        for (var i = 0; i < slots.Count; i++)
        {
            var slot = slots[i];
            var room = Math.Max((slot.Capacity ?? MostPieces) - slot.Reserved, 0);
            var here = i == slots.Count - 1 ? pieces : Math.Min(pieces, room);
            pieces -= here;
            var stock = here + slot.Reserved;
            var capacity = slot.Capacity is { } known ? Math.Max(known, stock) : (int?)null;
            db.Replace(slot, slot with { Stock = stock, Price = price, Capacity = capacity });
        }
    }

    /// <summary>Gives a product a slot of its own, empty.</summary>
    /// <exception cref="RuleException"><c>machine_full</c>.</exception>
    public static async Task AddSlotAsync(AutomatDb db, Machine machine, Product product, CancellationToken ct)
    {
        if (product.IsByWeight) throw new RuleException("product_unknown", "What is sold by weight has no slot in a machine.");
        var taken = await db.Set<Slot>().Where(s => s.MachineId == machine.Id).Select(s => s.Code).ToListAsync(ct);
        var code = Enumerable.Range(0, 26 * 4).Select(at => $"{(char)('A' + (at / 4))}{(at % 4) + 1}")
            .FirstOrDefault(free => !taken.Contains(free))
            ?? throw new RuleException("machine_full", "This machine has no place left.");
        db.Add(new Slot
        {
            MachineId = machine.Id,
            Code = code,
            OrganizationId = machine.OrganizationId,
            ProductId = product.Id,
            Price = product.Price,
            Capacity = 12,
            ParLevel = 10,
            MinLevel = 4,
        });
    }

    /// <summary>Takes a product out of a machine. Saved with the caller's own save.</summary>
    /// <exception cref="RuleException"><c>product_unknown</c>; <c>stock_promised</c> while customers wait for some.</exception>
    public static async Task RemoveAsync(
        AutomatDb db, MachineId machine, Id<Product> product, CancellationToken ct, string? by = null)
    {
        var slots = await LockedAsync(db, machine, product, ct);
        if (slots.Count == 0) throw new RuleException("product_unknown", "Product not found");
        if (slots.Any(s => s.Reserved > 0)) throw new RuleException("stock_promised", "Customers are waiting for this product.");
        await db.SayAsync(new StockMove(MovementKind.Planogram, by), ct);
        db.RemoveRange(slots);
    }

    private static Task<List<Slot>> LockedAsync(AutomatDb db, MachineId machine, Id<Product> product, CancellationToken ct) =>
        db.Set<Slot>().FromSql(
            $"select * from slots where machine_id = {machine.Value} and product_id = {product.Value} order by machine_id, code for update")
            .AsNoTracking().ToListAsync(ct);
}
