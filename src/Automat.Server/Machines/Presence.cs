using System.Collections.Concurrent;
using Automat.Domain;

namespace Automat.Server.Machines;

/// <summary>What is known of a machine right now, whichever driver speaks to it.</summary>
/// <param name="Online">Whether it is connected and was heard within its driver's limit.</param>
/// <param name="Since">Since when that is so.</param>
/// <param name="LastHeard">When it last said anything; null when never since the server started.</param>
/// <param name="WhyNot">Why it cannot sell now, in a stable word; null when it can.</param>
public sealed record Presence(bool Online, DateTimeOffset Since, DateTimeOffset? LastHeard, string? WhyNot)
{
    /// <summary>Not heard of since the server started.</summary>
    public static Presence Never(DateTimeOffset now) => new(Online: false, now, LastHeard: null, "machine_offline");
}

/// <summary>Which machines are there. Drivers report, pages and the sale ask; changes are announced.</summary>
public sealed class Presences(TimeProvider clock)
{
    private readonly ConcurrentDictionary<MachineId, Presence> all = new();

    private readonly ConcurrentBag<Action<MachineId, Presence>> listeners = [];

    /// <summary>Has somebody told whenever a machine came, went or changed what it can do. Listeners must be quick.</summary>
    public void WhenChanged(Action<MachineId, Presence> listener) => listeners.Add(listener);

    /// <summary>What is known of a machine.</summary>
    public Presence Of(MachineId machine) =>
        all.TryGetValue(machine, out var presence) ? presence : Presence.Never(clock.GetUtcNow());

    /// <summary>A driver says how things stand.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="online">Whether it is connected.</param>
    /// <param name="whyNot">Why it cannot sell; null when it can.</param>
    public void Report(MachineId machine, bool online, string? whyNot)
    {
        var now = clock.GetUtcNow();
        var before = Of(machine);
        var after = new Presence(
            online, before.Online == online ? before.Since : now, online ? now : before.LastHeard, whyNot);
        all[machine] = after;
        if (before.Online == after.Online && before.WhyNot == after.WhyNot) return;
        foreach (var listener in listeners) listener(machine, after);
    }
}
