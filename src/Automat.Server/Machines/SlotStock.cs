using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines;

/// <summary>
/// The slots of a machine somebody stands before, locked until the caller's transaction ends as the journal locks them: a sale at
/// the same moment is counted either before or after.
/// </summary>
public sealed class SlotStock
{
    private readonly AutomatDb db;

    private SlotStock(AutomatDb db, IReadOnlyList<Slot> slots) => (this.db, Slots) = (db, slots);

    /// <summary>The slots as they are now, by code.</summary>
    public IReadOnlyList<Slot> Slots { get; }

    /// <summary>Locks a machine's slots.</summary>
    public static async Task<SlotStock> LockAsync(AutomatDb db, MachineId machine, CancellationToken ct) => new(
        db, await db.Set<Slot>().FromSql($"select * from slots where machine_id = {machine.Value} order by machine_id, code for update")
            .ToListAsync(ct));

    /// <summary>The slot of that code.</summary>
    /// <exception cref="RuleException"><c>slot_unknown</c>.</exception>
    public Slot Find(string code) => Slots.FirstOrDefault(s => s.Code == code && s.Capacity is not null)
        ?? throw new RuleException("slot_unknown", $"There is no slot {code} whose goods are counted.");

    /// <summary>Puts so many more into slots, or takes them out, all for one reason, and saves.</summary>
    /// <exception cref="RuleException"><c>slot_unknown</c>; <c>stock_short</c> where less is there; <c>slot_full</c>.</exception>
    public async Task MoveAsync(StockMove why, IEnumerable<(string Code, int Pieces)> moves, CancellationToken ct)
    {
        var any = false;
        foreach (var (code, pieces) in moves.Where(m => m.Pieces != 0))
        {
            var slot = Find(code);
            var stock = slot.Stock + pieces;
            if (stock < 0) throw new RuleException("stock_short", $"In {code} are {slot.Stock}.");
            if (pieces > 0 && stock > slot.Capacity) throw new RuleException("slot_full", $"Only {slot.Capacity} fit into {code}.");
            db.Entry(slot).Property(s => s.Stock).CurrentValue = stock; // and nothing else: sales move what is promised
            any = true;
        }

        if (!any) return;
        await db.SayAsync(why, ct);
        await db.SaveChangesAsync(ct);
    }
}
