namespace Automat.Mqtt.Broker;

/// <summary>Sessions of different identities never meet, whatever client id they present.</summary>
internal readonly record struct SessionKey(string Identity, string ClientId);

/// <summary>A will that waits whether its client comes back.</summary>
internal sealed record DelayedWill(MqttPeer Peer, MqttMessage Message, DateTimeOffset Due);

/// <summary>A client's subscriptions and messages; it may outlive the connection.</summary>
internal sealed class Session(SessionKey key, OutboxRules rules) : Subscriber
{
    /// <summary>One for all sessions: they subscribe rarely, and there are many of them.</summary>
    private static readonly Lock Gate = new();

    private Subscription[] subscriptions = [];
    private AwaitedReleases? releases;
    private int changed = 1;

    public SessionKey Key { get; } = key;

    public Outbox Outbox { get; } = new(rules);

    /// <summary>QoS 2 messages of the client that it has not released; used by the connection's loop alone.</summary>
    public AwaitedReleases Releases => releases ??= new AwaitedReleases();

    /// <summary>Something worth keeping is different.</summary>
    public void Change() => Volatile.Write(ref changed, 1);

    /// <summary>Whether something worth keeping is different from the last time it was asked.</summary>
    public bool TakeChanged() => (Interlocked.Exchange(ref changed, 0) == 1) | Outbox.TakeChanged() | (releases?.TakeChanged() ?? false);

    /// <summary>Packet ids of QoS 2 messages of the client that it has not released; any thread may ask.</summary>
    public IReadOnlyList<ushort> Received => releases?.Snapshot() ?? [];

    /// <summary>The connection it belongs to now; changed by the session store alone.</summary>
    public Connection? Holder { get; set; }

    /// <summary>How long it lives on without a connection.</summary>
    public TimeSpan ExpiresAfter { get; set; }

    public DateTimeOffset OfflineSince { get; set; }

    public DelayedWill? Will { get; set; }

    /// <summary>A snapshot; replaced as a whole.</summary>
    public IReadOnlyList<Subscription> Subscriptions => Volatile.Read(ref subscriptions);

    /// <summary>A new connection holds it: what was counted for the earlier one counts no more.</summary>
    public void StartOver(int limit) => releases?.StartOver(limit);

    /// <summary>Whether there already was one to this filter; null if there is no room for another. Called by the
    /// session store.</summary>
    public bool? Put(Subscription subscription, int limit)
    {
        lock (Gate)
        {
            var at = Array.FindIndex(subscriptions, s => s.Filter == subscription.Filter);
            if (at < 0 && subscriptions.Length >= limit) return null;
            var next = at < 0 ? [.. subscriptions, subscription] : (Subscription[])subscriptions.Clone();
            if (at >= 0) next[at] = subscription;
            Volatile.Write(ref subscriptions, next);
            Change();
            return at >= 0;
        }
    }

    /// <summary>The subscription that was there, if any. Called by the session store.</summary>
    public Subscription? Take(string filter)
    {
        lock (Gate)
        {
            var at = Array.FindIndex(subscriptions, s => s.Filter == filter);
            if (at < 0) return null;
            var taken = subscriptions[at];
            Volatile.Write(ref subscriptions, [.. subscriptions[..at], .. subscriptions[(at + 1)..]]);
            Change();
            return taken;
        }
    }

    /// <summary>All its subscriptions to this topic as one; null if there is none. A shared one counts only if there is
    /// no other, because what it gets depends on who else is in the group.</summary>
    public Subscription? Match(string topic)
    {
        Subscription? own = null;
        Subscription? shared = null;
        foreach (var subscription in Volatile.Read(ref subscriptions))
        {
            if (!TopicFilter.Matches(subscription.Topics, topic)) continue;
            if (subscription.SharingScope is not null) shared ??= subscription;
            else own = own is null ? subscription : own.And(subscription);
        }

        return own ?? shared;
    }
}
