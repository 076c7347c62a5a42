namespace Automat.Mqtt.Broker;

/// <summary>Who a connection belongs to, and what it may do. Sessions are kept per identity and client id, so nobody
/// takes over somebody else's. Called on the message path: answer from memory.</summary>
public abstract class MqttIdentity(string name)
{
    /// <summary>The stable name, for us the machine's id.</summary>
    public string Name { get; } = name;

    /// <summary>May a message on this topic be handed to it? Asked for every delivery.</summary>
    public abstract bool CanRead(string topic);

    /// <summary>May it publish to this topic?</summary>
    public abstract bool CanWrite(string topic);

    /// <summary>Can this filter match anything it may read? A wider filter is fine: deliveries are checked one by
    /// one.</summary>
    public abstract bool CanSubscribe(string filter);

    /// <summary>Sessions share a subscription (<c>$share/group/filter</c>) only within one scope. By default that is
    /// the identity itself, so that nobody can take messages away from somebody else by joining a group. Give several
    /// identities the same scope only if each may do the work of the others.</summary>
    public virtual string SharingScope => Name;

    /// <summary>Told to MQTT 5.0 clients that ask for response information: usually the beginning of a topic that they
    /// may read, for answers. Null says nothing.</summary>
    public virtual string? ResponseInformation => null;
}

/// <summary>An identity whose rights are two lists of topic filters.</summary>
public sealed class TopicListIdentity(string name, IReadOnlyList<string> reads, IReadOnlyList<string> writes)
    : MqttIdentity(name)
{
    /// <summary>Filters it may subscribe to, on which nothing is ever handed to it.</summary>
    public IReadOnlyList<string> AsksInVain { get; init; } = [];

    /// <inheritdoc/>
    public override bool CanRead(string topic) => AnyMatches(reads, topic);

    /// <inheritdoc/>
    public override bool CanWrite(string topic) => AnyMatches(writes, topic);

    /// <inheritdoc/>
    public override bool CanSubscribe(string filter)
    {
        foreach (var allowed in reads)
            if (TopicFilter.Overlaps(allowed, filter)) return true;
        foreach (var granted in AsksInVain)
            if (TopicFilter.Overlaps(granted, filter)) return true;
        return false;
    }

    private static bool AnyMatches(IReadOnlyList<string> filters, string topic)
    {
        foreach (var filter in filters)
            if (TopicFilter.Matches(filter, topic)) return true;
        return false;
    }
}
