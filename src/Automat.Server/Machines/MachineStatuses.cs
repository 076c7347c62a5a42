using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Automat.Domain;

namespace Automat.Server.Machines;

/// <summary>
/// How the machines are. Drivers report, pages and the sale ask, changes are announced at once; <see cref="StatusKeeper"/>
/// writes them down in batches.
/// </summary>
public sealed class MachineStatuses(TimeProvider clock)
{
    /// <summary>Faults one machine may have at a time.</summary>
    public const int MostFaults = 32;

    private const int MostBehind = 256;

    private readonly ConcurrentDictionary<MachineId, MachineStatus> all = new();
    private readonly ConcurrentBag<Action<MachineId, MachineStatus>> listeners = [];
    private readonly ConcurrentDictionary<Channel<(MachineId, MachineStatus)>, bool> followers = new();
    private readonly ConcurrentDictionary<MachineId, bool> touched = new();
    private readonly ConcurrentQueue<OutageEdge> edges = new();

    /// <summary>Has somebody told whenever a machine came, went or changed what it can do. Listeners must be quick.</summary>
    public void WhenChanged(Action<MachineId, MachineStatus> listener) => listeners.Add(listener);

    /// <summary>What is known of a machine.</summary>
    public MachineStatus Of(MachineId machine) =>
        all.TryGetValue(machine, out var status) ? status : MachineStatus.Never(clock.GetUtcNow());

    /// <summary>
    /// Why a machine this node cannot reach cannot sell, in a stable word; null when another node reaches it and it can.
    /// </summary>
    public string? WhyNotElsewhere(MachineId machine) =>
        Of(machine) is { Here: false, Online: true } status ? status.WhyNot : "machine_offline";

    /// <summary>Who is online now.</summary>
    internal List<MachineId> Online() => [.. all.Where(one => one.Value.Online).Select(one => one.Key)];

    /// <summary>Who says that something is wrong with it.</summary>
    internal List<MachineId> Faulted() => [.. all.Where(one => one.Value.WhyNot is "machine_faulted").Select(one => one.Key)];

    /// <summary>Changes as they happen; whoever cannot keep up misses the oldest.</summary>
    public async IAsyncEnumerable<(MachineId Machine, MachineStatus Status)> FollowAsync(
        [EnumeratorCancellation] CancellationToken ct)
    {
        var channel = Channel.CreateBounded<(MachineId, MachineStatus)>(
            new BoundedChannelOptions(MostBehind) { FullMode = BoundedChannelFullMode.DropOldest });
        followers[channel] = true;
        try
        {
            await foreach (var change in channel.Reader.ReadAllAsync(ct)) yield return change;
        }
        finally
        {
            followers.TryRemove(channel, out _);
        }
    }

    /// <summary>A driver says how the connection to a machine stands.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="online">Whether it is connected.</param>
    /// <param name="whyNot">Why it cannot sell; null when it can.</param>
    public void Report(MachineId machine, bool online, string? whyNot) => Become(machine, "machine_offline", (before, now) =>
        !online && before is { Here: false, Online: true }
            ? before // it is connected to another node by now: the end of its old line here means nothing
            : before with
            {
                Online = online,
                LastHeard = online ? now : before.LastHeard,
                WhyNot = online ? whyNot ?? Faulted(before) : whyNot,
                SilentAt = null,
            });

    /// <summary>A machine told how it is.</summary>
    public void Heard(MachineId machine, MachineReport report) => Become(machine, "machine_offline", (before, now) => before with
    {
        Online = true,
        LastHeard = now,
        WhyNot = report.WhyNot,
        Report = Merge(before.Report, report, now),
        SilentAt = now + report.Within,
    });

    /// <summary>A machine that comes by itself was here, and will be back within so long.</summary>
    public void Seen(MachineId machine, TimeSpan within) => Become(machine, "machine_offline", (before, now) => before with
    {
        Online = true,
        LastHeard = now,
        WhyNot = before.WhyNot is "machine_offline" ? Faulted(before) : before.WhyNot,
        SilentAt = before.Online && (before.SilentAt is null || before.SilentAt > now + within)
            ? before.SilentAt
            : now + within,
    });

    /// <summary>A machine told that something broke; at most so many faults are kept as a heartbeat may name.</summary>
    public void Broke(MachineId machine, MachineFault fault) => Become(machine, "machine_offline", (before, now) =>
    {
        var others = (before.Report?.Faults ?? []).Where(f => f.Code != fault.Code).Take(MostFaults - 1);
        return WithFaults(before, now, [.. others, fault]);
    });

    /// <summary>A machine told that something works again.</summary>
    public void Mended(MachineId machine, string code) => Become(machine, "machine_offline", (before, now) =>
        WithFaults(before, now, [.. (before.Report?.Faults ?? []).Where(f => f.Code != code)]));

    /// <summary>A connected machine said something: it lives.</summary>
    public void Talked(MachineId machine) => Become(machine, "machine_offline", (before, now) => before with { LastHeard = now });

    /// <summary>Whoever has been silent for too long is offline.</summary>
    internal void NoteSilent()
    {
        var now = clock.GetUtcNow();
        foreach (var (machine, status) in all)
        {
            if (!status.Online || status.SilentAt is not { } at || at > now) continue;
            Become(machine, "machine_silent", (before, again) => before.SilentAt <= again
                ? before with { Online = false, WhyNot = "machine_offline", SilentAt = null }
                : before);
        }
    }

    /// <summary>What another node wrote down, or this one before its start; what this one has heard since counts more.</summary>
    internal void Adopt(MachineId machine, MachineStatus told)
    {
        var status = told with { Here = false };
        while (true)
        {
            if (!all.TryGetValue(machine, out var before))
            {
                if (!all.TryAdd(machine, status)) continue;
                Announce(machine, status);
                return;
            }

            var newer = status.LastHeard > before.LastHeard
                || (status.LastHeard == before.LastHeard && status.Online && !before.Online);
            if (before.Here && !newer) return;
            if (!all.TryUpdate(machine, status, before)) continue;
            if (!before.SaysTheSameAs(status)) Announce(machine, status);
            return;
        }
    }

    /// <summary>What is to be written down.</summary>
    internal (IReadOnlyDictionary<MachineId, MachineStatus> Statuses, IReadOnlyList<OutageEdge> Edges) Take()
    {
        var statuses = new Dictionary<MachineId, MachineStatus>();
        foreach (var machine in touched.Keys)
        {
            touched.TryRemove(machine, out _);
            // What was adopted meanwhile is another node's to write down.
            if (Of(machine) is { Here: true } status) statuses[machine] = status;
        }

        var taken = new List<OutageEdge>();
        while (edges.TryDequeue(out var edge)) taken.Add(edge);
        return (statuses, taken);
    }

    /// <summary>What could not be written down is tried again, before anything newer.</summary>
    internal void GiveBack(IEnumerable<MachineId> machines, IReadOnlyList<OutageEdge> taken)
    {
        foreach (var machine in machines) touched[machine] = true;
        var newer = edges.ToArray();
        edges.Clear();
        foreach (var edge in taken.Concat(newer)) edges.Enqueue(edge);
    }

    private static string? Faulted(MachineStatus status) => status.Report is { Faults.Count: > 0 } ? "machine_faulted" : null;

    private static MachineStatus WithFaults(MachineStatus before, DateTimeOffset now, IReadOnlyList<MachineFault> faults) => before with
    {
        LastHeard = now,
        Report = (before.Report ?? new MachineReport()) with { Faults = faults },
        WhyNot = before.WhyNot is null or "machine_busy" or "machine_faulted"
            ? faults.Count > 0 ? "machine_faulted" : before.WhyNot is "machine_faulted" ? null : before.WhyNot
            : before.WhyNot,
    };

    /// <summary>A short report does not make the counters of the one before unknown.</summary>
    private static MachineReport Merge(MachineReport? before, MachineReport report, DateTimeOffset now) => report.Counters.Count > 0
        ? report with { CountedAt = now }
        : report with { Counters = before?.Counters ?? report.Counters, CountedAt = before?.CountedAt };

    private void Become(MachineId machine, string why, Func<MachineStatus, DateTimeOffset, MachineStatus> change)
    {
        MachineStatus before, after;
        // One machine's reports may cross; each is laid over the one before it.
        while (true)
        {
            var now = clock.GetUtcNow();
            var known = all.TryGetValue(machine, out var found);
            before = found ?? MachineStatus.Never(now);
            after = change(before, now);
            if (ReferenceEquals(after, before)) return;
            after = after with { Here = true };
            if (after.Online != before.Online) after = after with { Since = now };
            if (known ? all.TryUpdate(machine, after, before) : all.TryAdd(machine, after)) break;
        }

        touched[machine] = true;
        if (after.Online != before.Online) edges.Enqueue(new OutageEdge(machine, after.Since, after.Online ? null : why));
        if (!before.SaysTheSameAs(after)) Announce(machine, after);
    }

    private void Announce(MachineId machine, MachineStatus status)
    {
        foreach (var listener in listeners) listener(machine, status);
        foreach (var follower in followers.Keys) follower.Writer.TryWrite((machine, status));
    }
}

/// <summary>An outage began (with a reason) or ended (without).</summary>
internal readonly record struct OutageEdge(MachineId Machine, DateTimeOffset At, string? Reason);
