namespace Automat.Mqtt.Broker;

/// <summary>Finds the subscriptions of a topic. The work depends on the number of levels and of hits, not on how many
/// subscriptions there are. Thread-safe.</summary>
internal sealed class SubscriptionTrie<T>
    where T : class
{
    private readonly Lock gate = new();
    private readonly Node root = new();

    /// <summary>Adds a subscription, or replaces the subscriber's earlier one to the same filter.</summary>
    public void Add(string filter, T subscriber, Subscription subscription)
    {
        lock (gate)
        {
            var node = root;
            var rest = filter.AsSpan();
            for (var ended = false; !ended;) node = node.ChildOrNew(TopicFilter.TakeLevel(ref rest, out ended));
            node.Put(subscriber, subscription);
        }
    }

    public void Remove(string filter, T subscriber)
    {
        lock (gate) Remove(root, filter, subscriber);
    }

    /// <summary>Appends every subscription that matches. Returns how many different filters they have: beyond one, a
    /// subscriber may appear more than once.</summary>
    public int Match(string topic, List<(T Subscriber, Subscription Subscription)> hits)
    {
        lock (gate) return Match(root, topic, first: true, hits);
    }

    private static int Match(Node node, ReadOnlySpan<char> rest, bool first, List<(T, Subscription)> hits)
    {
        var level = TopicFilter.TakeLevel(ref rest, out var ended);
        var filters = Follow(node.Child(level), rest, ended, hits);
        if (first && level.StartsWith('$')) return filters;
        filters += node.Child("#")?.CopyTo(hits) ?? 0;
        return filters + Follow(node.Child("+"), rest, ended, hits);
    }

    private static int Follow(Node? child, ReadOnlySpan<char> rest, bool ended, List<(T, Subscription)> hits)
    {
        if (child is null) return 0;
        if (!ended) return Match(child, rest, first: false, hits);

        // "a/#" matches "a" itself.
        return child.CopyTo(hits) + (child.Child("#")?.CopyTo(hits) ?? 0);
    }

    /// <summary>Removes and reports whether the node is empty now.</summary>
    private static bool Remove(Node node, ReadOnlySpan<char> rest, T subscriber)
    {
        var level = TopicFilter.TakeLevel(ref rest, out var ended);
        if (node.Child(level) is not { } child) return false;
        if (ended) child.Take(subscriber);
        else Remove(child, rest, subscriber);
        if (child.IsEmpty) node.Drop(level);
        return node.IsEmpty;
    }

    /// <summary>A level. Most have one child and one subscriber, so both have a place without a collection.</summary>
    private sealed class Node
    {
        private static readonly Dictionary<T, Subscription> NoMore = [];

        private string? onlyKey;
        private Node? onlyChild;
        private Dictionary<string, Node>? children;
        private (T Subscriber, Subscription Subscription)? only;
        private Dictionary<T, Subscription>? more;

        public bool IsEmpty => onlyChild is null && children is null && only is null && more is null;

        public Node? Child(ReadOnlySpan<char> level)
        {
            if (onlyChild is not null) return level.SequenceEqual(onlyKey) ? onlyChild : null;
            if (children is null) return null;
            return children.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(level, out var child) ? child : null;
        }

        public Node ChildOrNew(ReadOnlySpan<char> level)
        {
            if (Child(level) is { } found) return found;

            var child = new Node();
            if (children is null && onlyChild is null)
            {
                (onlyKey, onlyChild) = (Key(level), child);
                return child;
            }

            children ??= new Dictionary<string, Node>(StringComparer.Ordinal) { [onlyKey!] = onlyChild! };
            (onlyKey, onlyChild) = (null, null);
            children.Add(Key(level), child);
            return child;
        }

        public void Drop(ReadOnlySpan<char> level)
        {
            if (onlyChild is not null)
            {
                (onlyKey, onlyChild) = (null, null);
                return;
            }

            children!.GetAlternateLookup<ReadOnlySpan<char>>().Remove(level);
            if (children.Count == 0) children = null;
        }

        public void Put(T subscriber, Subscription subscription)
        {
            if (more is null && (only is null || only.Value.Subscriber == subscriber))
            {
                only = (subscriber, subscription);
                return;
            }

            more ??= new Dictionary<T, Subscription> { [only!.Value.Subscriber] = only.Value.Subscription };
            only = null;
            more[subscriber] = subscription;
        }

        public void Take(T subscriber)
        {
            if (only?.Subscriber == subscriber) only = null;
            if (more is null) return;
            more.Remove(subscriber);
            if (more.Count == 0) more = null;
        }

        private static string Key(ReadOnlySpan<char> level) =>
            level is "#" ? "#" : level is "+" ? "+" : level.ToString();

        /// <summary>Returns 1 if there was anything to copy.</summary>
        public int CopyTo(List<(T, Subscription)> hits)
        {
            if (only is { } one) hits.Add(one);
            foreach (var (subscriber, subscription) in more ?? NoMore) hits.Add((subscriber, subscription));
            return only is null && more is null ? 0 : 1;
        }
    }
}
