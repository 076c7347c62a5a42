namespace Automat.Mqtt.Broker;

/// <summary>The identifiers of QoS 2 messages that were taken and whose PUBREL has not come: the same again is a
/// duplicate. Kept with the session.</summary>
internal sealed class AwaitedReleases
{
    private HashSet<ushort> current = [];
    private HashSet<ushort> earlier = [];

    /// <summary>Was this message taken already?</summary>
    public bool Contains(ushort id) => current.Contains(id) || earlier.Contains(id);

    /// <summary>Counts a message of this connection, new or repeated; false if the client has more of them open than it
    /// was told it may.</summary>
    public bool TryAdd(ushort id, int limit)
    {
        if (current.Contains(id)) return true;
        if (current.Count >= limit) return false;
        current.Add(id);
        earlier.Remove(id);
        return true;
    }

    public bool HasRoom(int limit) => current.Count < limit;

    /// <summary>PUBREL; false if the identifier is not known.</summary>
    public bool Release(ushort id) => current.Remove(id) || earlier.Remove(id);

    /// <summary>A new connection. What the client neither repeats nor releases, it has forgotten: if that becomes too
    /// much, what is two connections old goes.</summary>
    public void StartOver(int limit)
    {
        if (current.Count + earlier.Count > limit) earlier = [];
        earlier.UnionWith(current);
        current = [];
    }
}
