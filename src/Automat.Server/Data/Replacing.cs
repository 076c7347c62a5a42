using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Data;

/// <summary>How an entity that is a record is changed.</summary>
public static class Replacing
{
    /// <summary>
    /// One version of an entity takes the place of another: what differs is saved, and the audit knows both. The version
    /// before must be as stored and not tracked.
    /// </summary>
    public static void Replace<T>(this AutomatDb db, T before, T after)
        where T : class
    {
        var entry = db.Entry(before);
        if (entry.State is EntityState.Detached) entry.State = EntityState.Unchanged;
        entry.CurrentValues.SetValues(after);
    }
}
