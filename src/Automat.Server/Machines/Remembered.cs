using System.Collections.Concurrent;
using Automat.Domain;

namespace Automat.Server.Machines;

/// <summary>
/// What was read about machines, for a few seconds or until it changes, whichever comes first. What was read before a change
/// was heard of is not kept after it.
/// </summary>
internal sealed class Remembered<TValue>
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<MachineId, (TValue Value, DateTimeOffset Until)> known = new();
    private readonly MachineChanges changes;
    private readonly TimeProvider clock;

    public Remembered(MachineChanges changes, TimeProvider clock)
    {
        this.changes = changes;
        this.clock = clock;
        changes.WhenChanged(machine =>
        {
            if (machine is { } one) known.TryRemove(one, out _);
            else known.Clear();
        });
    }

    /// <summary>What is known of a machine, read when it is not.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="read">Reads it; what it names as kept until then is kept no longer, null keeps it not at all.</param>
    public async ValueTask<TValue> OfAsync(
        MachineId machine, Func<DateTimeOffset, Task<(TValue Value, DateTimeOffset? Until)>> read)
    {
        var now = clock.GetUtcNow();
        if (known.TryGetValue(machine, out var entry) && entry.Until > now) return entry.Value;

        var before = changes.Count;
        var (value, until) = await read(now);
        if (until is null) known.TryRemove(machine, out _); // so that made-up names take no memory
        else known[machine] = (value, until < now + Longest ? until.Value : now + Longest);
        if (changes.Count != before) known.TryRemove(machine, out _);
        return value;
    }
}
