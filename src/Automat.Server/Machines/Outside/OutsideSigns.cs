using System.Collections.Concurrent;
using Automat.Domain;

namespace Automat.Server.Machines.Outside;

/// <summary>What machines behind somebody else's broker let us know of their being there: what they say of it themselves,
/// their last will, and that they say anything at all.</summary>
internal sealed class OutsideSigns(TimeSpan heardWithin, TimeProvider clock)
{
    private readonly ConcurrentDictionary<MachineId, Sign> signs = new();

    /// <summary>It said, or its last will said for it, that it is there or not.</summary>
    public void Said(MachineId machine, bool online) => signs.AddOrUpdate(
        machine,
        _ => new Sign(online, null),
        (_, sign) => new Sign(online, online ? sign.Heard : null));

    /// <summary>It said something that only it can have said just now.</summary>
    public void Heard(MachineId machine) => signs.AddOrUpdate(
        machine,
        _ => new Sign(null, clock.GetUtcNow()),
        (_, sign) => sign with { Heard = clock.GetUtcNow() });

    /// <summary>Whether it counts as being there.</summary>
    public bool IsThere(MachineId machine) =>
        signs.TryGetValue(machine, out var sign)
        && (sign.Online is true || clock.GetUtcNow() - sign.Heard < heardWithin);

    /// <summary>The broker is gone, and with it all we knew.</summary>
    public void Forget() => signs.Clear();

    private sealed record Sign(bool? Online, DateTimeOffset? Heard);
}
