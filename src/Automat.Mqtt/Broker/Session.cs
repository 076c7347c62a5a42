namespace Automat.Mqtt.Broker;

/// <summary>Sessions of different identities never meet, whatever client id they present.</summary>
internal readonly record struct SessionKey(string Identity, string ClientId);

/// <summary>A will that waits whether its client comes back.</summary>
internal sealed record DelayedWill(MqttPeer Peer, MqttMessage Message, DateTimeOffset Due);

/// <summary>A client's subscriptions and messages; it may outlive the connection.</summary>
internal sealed class Session(SessionKey key, Outbox outbox)
{
    private readonly Lock gate = new();
    private Subscription[] subscriptions = [];
    private HashSet<ushort>? received;

    public SessionKey Key { get; } = key;

    public Outbox Outbox { get; } = outbox;

    /// <summary>The connection it belongs to now; changed by the session store alone.</summary>
    public Connection? Holder { get; set; }

    /// <summary>How long it lives on without a connection.</summary>
    public TimeSpan ExpiresAfter { get; set; }

    public DateTimeOffset OfflineSince { get; set; }

    public DelayedWill? Will { get; set; }

    /// <summary>A snapshot; replaced as a whole.</summary>
    public IReadOnlyList<Subscription> Subscriptions => Volatile.Read(ref subscriptions);

    /// <summary>Whether there already was one to this filter; null if there is no room for another.</summary>
    public bool? Subscribe(Subscription subscription, int limit)
    {
        lock (gate)
        {
            var at = Array.FindIndex(subscriptions, s => s.Filter == subscription.Filter);
            if (at < 0 && subscriptions.Length >= limit) return null;
            var next = at < 0 ? [.. subscriptions, subscription] : (Subscription[])subscriptions.Clone();
            if (at >= 0) next[at] = subscription;
            Volatile.Write(ref subscriptions, next);
            return at >= 0;
        }
    }

    public bool Unsubscribe(string filter)
    {
        lock (gate)
        {
            var next = Array.FindAll(subscriptions, s => s.Filter != filter);
            var found = next.Length < subscriptions.Length;
            Volatile.Write(ref subscriptions, next);
            return found;
        }
    }

    /// <summary>The best QoS among its subscriptions to this topic; null if there is none.</summary>
    public MqttQos? QosFor(string topic)
    {
        MqttQos? best = null;
        foreach (var subscription in Volatile.Read(ref subscriptions))
        {
            if (best >= subscription.Qos || !TopicFilter.Matches(subscription.Filter, topic)) continue;
            best = subscription.Qos;
        }

        return best;
    }

    /// <summary>Has this QoS 2 message been taken already?</summary>
    public bool HasReceived(ushort id) => received?.Contains(id) ?? false;

    /// <summary>Remembers a QoS 2 message until its PUBREL; called by the connection's loop alone.</summary>
    public void Received(ushort id, int limit)
    {
        received ??= [];
        if (received.Count >= limit)
            throw new MqttProtocolException(
                MqttReason.ReceiveMaximumExceeded, "Too many QoS 2 messages without PUBREL.");
        received.Add(id);
    }

    public void Released(ushort id) => received?.Remove(id);
}
