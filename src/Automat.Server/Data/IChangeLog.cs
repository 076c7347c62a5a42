using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Data;

/// <summary>
/// Writes down what a save changes, in the same transaction. The database context takes one by its constructor, so that
/// none can be built that saves without.
/// </summary>
public interface IChangeLog
{
    /// <summary>Adds to the context what is to be written down about the changes it is about to save.</summary>
    /// <returns>What was added, for taking it back when the save fails.</returns>
    /// <exception cref="InvalidOperationException">Nobody said who does it, or it cannot be told what changed.</exception>
    IReadOnlyList<object> Record(DbContext db);
}
