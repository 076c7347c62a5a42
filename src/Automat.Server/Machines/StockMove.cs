using System.Text.Json;
using Automat.Domain.Stock;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines;

/// <summary>
/// Why goods are about to move. The database itself writes each change of a stock into the log of movements, in the change's own
/// transaction, so that nothing can move unlogged; this is what it writes beside it.
/// </summary>
/// <param name="Kind">Why.</param>
/// <param name="By">Who: an id, never a name; null where the server does it.</param>
/// <param name="Together">Names what belongs together, such as the two halves of a transfer or all of a visit.</param>
/// <param name="Note">In words.</param>
public sealed record StockMove(MovementKind Kind, string? By = null, Guid? Together = null, string? Note = null);

/// <summary>Says why goods are about to move.</summary>
public static class StockMoves
{
    /// <summary>Holds until the caller's transaction ends, or the next is said in it; without a transaction it says nothing.</summary>
    public static Task SayAsync(this AutomatDb db, StockMove why, CancellationToken ct)
    {
        var said = JsonSerializer.Serialize(new { kind = why.Kind.ToString(), by = why.By, together = why.Together, note = why.Note });
        return db.Database.ExecuteSqlAsync($"select set_config('automat.movement', {said}, true)", ct);
    }
}
