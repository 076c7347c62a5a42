using Automat.Architecture.Tests.Twins.Island;
using Automat.Architecture.Tests.Twins.Store;
using Microsoft.EntityFrameworkCore;

namespace Automat.Architecture.Tests.Twins.Front;

/// <summary>Breaks what a module can break.</summary>
public sealed class Window(DbContext db)
{
    public const string Sql = "select text from island_notes where id = 1";

    /// <summary>Fine: a public door.</summary>
    public static int Count(Shelf shelf) => shelf.Count;

    /// <summary>An internal member of a public type; seen through the closure and the state machine around it.</summary>
    public static async Task<IEnumerable<int>> PeekAsync(Shelf shelf)
    {
        await Task.Yield();
        return Enumerable.Range(0, 3).Select(number => number + shelf.Secret);
    }

    /// <summary>An internal type.</summary>
    public static object Descend() => new Cellar();

    /// <summary>Another module's table.</summary>
    public Task<int> CountNotesAsync() => db.Set<Note>().CountAsync();

    /// <summary>The same, and worse.</summary>
    public Task<int> DropNotesAsync() => db.Set<Note>().ExecuteDeleteAsync();

    /// <summary>Another module's table, by SQL.</summary>
    public Task<int> ReadNotesAsync() => db.Database.ExecuteSqlRawAsync(Sql);

    /// <summary>The same, and worse.</summary>
    public Task<int> ClearNotesAsync() => db.Database.ExecuteSqlRawAsync("update island_notes set text = ''");

    /// <summary>Somebody's table, whose only the caller knows.</summary>
    public static string SqlFor(string table) => "delete from " + table;
}
