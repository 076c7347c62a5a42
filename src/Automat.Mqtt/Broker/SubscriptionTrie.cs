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

    /// <summary>Appends every subscription that matches; a subscriber with overlapping filters appears more than
    /// once.</summary>
    public void Match(string topic, List<(T Subscriber, Subscription Subscription)> hits)
    {
        lock (gate) Match(root, topic, first: true, hits);
    }

    private static void Match(Node node, ReadOnlySpan<char> rest, bool first, List<(T, Subscription)> hits)
    {
        var level = TopicFilter.TakeLevel(ref rest, out var ended);
        var wildcards = !first || !level.StartsWith('$');
        if (wildcards && node.Child("#") is { } all) all.CopyTo(hits);
        Follow(node.Child(level), rest, ended, hits);
        if (wildcards) Follow(node.Child("+"), rest, ended, hits);
    }

    private static void Follow(Node? child, ReadOnlySpan<char> rest, bool ended, List<(T, Subscription)> hits)
    {
        if (child is null) return;
        if (!ended)
        {
            Match(child, rest, first: false, hits);
            return;
        }

        child.CopyTo(hits);
        // "a/#" matches "a" itself.
        child.Child("#")?.CopyTo(hits);
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
                (onlyKey, onlyChild) = (level.ToString(), child);
                return child;
            }

            children ??= new Dictionary<string, Node>(StringComparer.Ordinal) { [onlyKey!] = onlyChild! };
            (onlyKey, onlyChild) = (null, null);
            children.Add(level.ToString(), child);
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

        public void CopyTo(List<(T, Subscription)> hits)
        {
            if (only is { } one) hits.Add(one);
            if (more is null) return;
            foreach (var (subscriber, subscription) in more) hits.Add((subscriber, subscription));
        }
    }
}
