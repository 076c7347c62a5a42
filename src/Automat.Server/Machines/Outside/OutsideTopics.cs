using System.Collections.Concurrent;
using Automat.Domain;
using Automat.Mqtt;

namespace Automat.Server.Machines.Outside;

/// <summary>
/// What to subscribe to at somebody else's broker, and whose a message is. Where a machine's id is a level of its topics, one
/// filter with a <c>+</c> in its place serves the whole fleet; other topics are subscribed to one by one.
/// </summary>
internal sealed class OutsideTopics
{
    private readonly ConcurrentDictionary<string, Pattern> patterns = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, MachineId> singles = new(StringComparer.Ordinal);

    /// <summary>Takes a machine's topics in; returns the filters that are new, and whether every node has to hear
    /// them.</summary>
    public IReadOnlyList<OutsideFilter> Learn(Machine machine, IMqttDriver driver)
    {
        List<OutsideFilter> news = [];
        foreach (var written in driver.WritesOf(machine))
        {
            var levels = written.Split('/');
            var at = Array.IndexOf(levels, machine.Id.Value);
            var everyNode = driver.EveryNodeHears(machine, written);
            if (at < 0)
            {
                if (singles.TryAdd(written, machine.Id)) news.Add(new OutsideFilter(written, everyNode));
                else singles[written] = machine.Id; // it may have been another machine's before
                continue;
            }

            levels[at] = "+";
            var filter = string.Join('/', levels);
            if (patterns.TryAdd(filter, new Pattern(filter, at))) news.Add(new OutsideFilter(filter, everyNode));
        }

        return news;
    }

    /// <summary>Whose a message on this topic would be; null when nobody's. The machine's driver has yet to be compared.</summary>
    public MachineId? OwnerOf(string topic)
    {
        if (singles.TryGetValue(topic, out var machine)) return machine;
        foreach (var (_, pattern) in patterns)
        {
            if (!TopicFilter.Matches(pattern.Filter, topic)) continue;
            if (MachineId.TryParse(topic.Split('/')[pattern.Level], out var id)) return id;
        }

        foreach (var (filter, owner) in singles)
            if (TopicFilter.Matches(filter, topic)) return owner;
        return null;
    }

    private sealed record Pattern(string Filter, int Level);
}

/// <summary>A filter to subscribe to.</summary>
/// <param name="Filter">The filter.</param>
/// <param name="EveryNode">Every node has to hear it; else one of them is enough.</param>
internal readonly record struct OutsideFilter(string Filter, bool EveryNode);
