using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Broker;

/// <summary>The last value of each topic, kept in memory in a tree so that a wildcard visits only what it can match.
/// Thread-safe. The only door to retained messages; it tells a lasting store which topics have changed.</summary>
internal sealed class RetainedMessages(int limit, long byteLimit = long.MaxValue)
{
    private readonly Lock gate = new();
    private readonly Node root = new();
    private int count;
    private long bytes;
    private HashSet<string>? changes;

    public int Count => Volatile.Read(ref count);

    /// <summary>Keeps the message; an empty payload clears the topic. False if there is no room for another
    /// topic.</summary>
    public bool Keep(Publication publication)
    {
        lock (gate)
        {
            changes?.Add(publication.Message.Topic);
            if (publication.Message.Payload.IsEmpty)
            {
                Clear(root, publication.Message.Topic);
                return true;
            }

            var node = root;
            var rest = publication.Message.Topic.AsSpan();
            var earlier = Find(rest);
            var growth = publication.Weight - (earlier?.Weight ?? 0);
            if ((count >= limit && earlier is null) || bytes + growth > byteLimit)
            {
                // What is there now is no longer the last value.
                if (earlier is not null) Clear(root, publication.Message.Topic);
                return false;
            }

            for (var ended = false; !ended;) node = node.ChildOrNew(TopicFilter.TakeLevel(ref rest, out ended));
            if (node.Value is null) count++;
            bytes += growth;
            node.Value = publication;
            return true;
        }
    }

    /// <summary>Notes from here on which topics change, for <see cref="TakeChanges"/>.</summary>
    public void Track()
    {
        lock (gate) changes = new HashSet<string>(StringComparer.Ordinal);
    }

    /// <summary>The topics that have changed since the last time.</summary>
    public IReadOnlyCollection<string> TakeChanges()
    {
        lock (gate)
        {
            if (changes is not { Count: > 0 } taken) return [];
            changes = new HashSet<string>(StringComparer.Ordinal);
            return taken;
        }
    }

    /// <summary>What a topic has; null if nothing.</summary>
    public Publication? Of(string topic)
    {
        lock (gate) return Find(topic);
    }

    /// <summary>Appends what a new subscription to <paramref name="filter"/> has to see.</summary>
    public void Match(string filter, DateTimeOffset now, List<Publication> found)
    {
        lock (gate) Match(root, filter, now, found, first: true);
    }

    /// <summary>Forgets what has expired; returns how many.</summary>
    public int Expire(DateTimeOffset now)
    {
        lock (gate)
        {
            var all = new List<Publication>();
            Collect(root, all, first: false);
            var expired = all.FindAll(p => p.HasExpired(now));
            foreach (var publication in expired)
            {
                changes?.Add(publication.Message.Topic);
                Clear(root, publication.Message.Topic);
            }

            return expired.Count;
        }
    }

    private static void Match(
        Node node, ReadOnlySpan<char> rest, DateTimeOffset now, List<Publication> found, bool first)
    {
        var level = TopicFilter.TakeLevel(ref rest, out var ended);
        if (level is "#")
        {
            var before = found.Count;
            if (node.Value is not null) found.Add(node.Value);
            Collect(node, found, first);
            for (var i = found.Count - 1; i >= before; i--)
                if (found[i].HasExpired(now)) found.RemoveAt(i);
            return;
        }

        if (level is "+")
        {
            foreach (var (key, child) in node.Children)
                if (!first || !key.StartsWith('$')) Follow(child, rest, ended, now, found);
            return;
        }

        if (node.Child(level) is { } next) Follow(next, rest, ended, now, found);
    }

    private static void Follow(
        Node child, ReadOnlySpan<char> rest, bool ended, DateTimeOffset now, List<Publication> found)
    {
        if (!ended) Match(child, rest, now, found, first: false);
        else if (child.Value is { } value && !value.HasExpired(now)) found.Add(value);
    }

    private static void Collect(Node node, List<Publication> found, bool first)
    {
        foreach (var (key, child) in node.Children)
        {
            if (first && key.StartsWith('$')) continue;
            if (child.Value is not null) found.Add(child.Value);
            Collect(child, found, first: false);
        }
    }

    private Publication? Find(ReadOnlySpan<char> rest)
    {
        var node = root;
        for (var ended = false; !ended && node is not null;)
            node = node.Child(TopicFilter.TakeLevel(ref rest, out ended));
        return node?.Value;
    }

    private void Clear(Node node, ReadOnlySpan<char> rest)
    {
        var level = TopicFilter.TakeLevel(ref rest, out var ended);
        if (node.Child(level) is not { } child) return;
        if (!ended)
        {
            Clear(child, rest);
        }
        else if (child.Value is not null)
        {
            bytes -= child.Value.Weight;
            child.Value = null;
            count--;
        }

        if (child.Value is null && child.Children.Count == 0) node.Drop(level);
    }

    private sealed class Node
    {
        private static readonly Dictionary<string, Node> Empty = [];
        private Dictionary<string, Node>? children;

        public Publication? Value { get; set; }

        public Dictionary<string, Node> Children => children ?? Empty;

        public Node? Child(ReadOnlySpan<char> level) => children is not null
            && children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out var child) ? child : null;

        public Node ChildOrNew(ReadOnlySpan<char> level)
        {
            if (Child(level) is { } found) return found;
            children ??= new Dictionary<string, Node>(StringComparer.Ordinal);
            return children[level.ToString()] = new Node();
        }

        public void Drop(ReadOnlySpan<char> level)
        {
            children!.GetAlternateLookup<ReadOnlySpan<char>>().Remove(level);
            if (children.Count == 0) children = null;
        }
    }
}
