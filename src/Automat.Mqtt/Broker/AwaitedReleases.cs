namespace Automat.Mqtt.Broker;

/// <summary>The identifiers of QoS 2 messages that were taken and whose PUBREL has not come: the same again is a
/// duplicate. Kept with the session.</summary>
internal sealed class AwaitedReleases
{
    private readonly Lock gate = new();
    private HashSet<ushort> current = [];
    private HashSet<ushort> earlier = [];
    private bool changed;

    /// <summary>Was this message taken already?</summary>
    public bool Contains(ushort id) => current.Contains(id) || earlier.Contains(id);

    /// <summary>Whether they are different from the last time it was asked; any thread may ask.</summary>
    public bool TakeChanged()
    {
        lock (gate)
        {
            var was = changed;
            changed = false;
            return was;
        }
    }

    /// <summary>All of them; any thread may ask.</summary>
    public IReadOnlyList<ushort> Snapshot()
    {
        lock (gate) return [.. current, .. earlier];
    }

    /// <summary>Those that were kept while the broker was away.</summary>
    public void Restore(IEnumerable<ushort> ids)
    {
        lock (gate) earlier = [.. ids];
    }

    /// <summary>Counts a message of this connection, new or repeated; false if the client has more of them open than it
    /// was told it may.</summary>
    public bool TryAdd(ushort id, int limit)
    {
        lock (gate)
        {
            if (current.Contains(id)) return true;
            if (current.Count >= limit) return false;
            current.Add(id);
            earlier.Remove(id);
            return changed = true;
        }
    }

    public bool HasRoom(int limit) => current.Count < limit;

    /// <summary>PUBREL; false if the identifier is not known.</summary>
    public bool Release(ushort id)
    {
        lock (gate)
        {
            changed = true;
            return current.Remove(id) || earlier.Remove(id);
        }
    }

    /// <summary>A new connection. What the client neither repeats nor releases, it has forgotten: if that becomes too
    /// much, what is two connections old goes.</summary>
    public void StartOver(int limit)
    {
        lock (gate)
        {
            if (current.Count + earlier.Count > limit) earlier = [];
            earlier.UnionWith(current);
            current = [];
        }
    }
}
