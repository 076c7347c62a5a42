using System.Collections.Concurrent;

namespace Automat.Mqtt.Broker;

/// <summary>All sessions, in memory, with the tree of their subscriptions. The only door to them; <see
/// cref="SessionKeeper"/> looks through it for a lasting store.</summary>
internal sealed class SessionStore
{
    private static readonly TimeSpan TakeoverPatience = TimeSpan.FromSeconds(5);

    private readonly OutboxRules rules;
    private readonly SharedGroups groups;
    private readonly Lock gate = new();
    private readonly Dictionary<SessionKey, Session> sessions = [];
    private readonly Dictionary<string, List<Session>> byIdentity = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<DelayedWill> dueWills = new();

    public SessionStore(OutboxRules rules)
    {
        this.rules = rules;
        groups = new SharedGroups(Subscriptions);
    }

    /// <summary>Who subscribes to what.</summary>
    public SubscriptionTrie<Subscriber> Subscriptions { get; } = new();

    public int Count
    {
        get
        {
            lock (gate) return sessions.Count;
        }
    }

    public int SubscriptionCount
    {
        get
        {
            lock (gate) return sessions.Values.Sum(s => s.Subscriptions.Count);
        }
    }

    /// <summary>All sessions of this moment.</summary>
    public IReadOnlyList<Session> Snapshot()
    {
        lock (gate) return [.. sessions.Values];
    }

    /// <summary>A session that was kept while the broker was away.</summary>
    public Session Restore(SessionKey key)
    {
        lock (gate)
        {
            var session = new Session(key, rules);
            if (!byIdentity.TryGetValue(key.Identity, out var own)) byIdentity.Add(key.Identity, own = new List<Session>(1));
            own.Add(session);
            sessions.Add(key, session);
            return session;
        }
    }

    /// <summary>Gives the session to this connection, which is its only holder until <see cref="Release"/>. An earlier
    /// connection is closed and waited for.</summary>
    /// <returns>The session and whether it existed; null if there are too many.</returns>
    public async ValueTask<(Session Session, bool Resumed)?> OpenAsync(
        SessionKey key, bool cleanStart, Connection connection)
    {
        while (true)
        {
            Connection holder;
            lock (gate)
            {
                sessions.TryGetValue(key, out var session);
                if (session?.Holder is null)
                {
                    if (IsCrowded(key.Identity)) return null;
                    if (session is not null && !cleanStart) return (Hold(session, connection), true);
                    if (session is not null) End(session);
                    return Add(key) is { } added ? (Hold(added, connection), false) : null;
                }

                holder = session.Holder;
            }

            holder.Close(MqttReason.SessionTakenOver, "Another connection came with the same client id.");
            try
            {
                await holder.WhenFinished().WaitAsync(TakeoverPatience, rules.Time);
            }
            catch (TimeoutException)
            {
                // Whoever holds it hangs in a callback; the machine that knocks here is alive.
                holder.Abort();
                Release(key, holder);
            }
        }
    }

    /// <summary>The session's connection is ready to be sent messages.</summary>
    public void Attach(Session session, Connection connection, MqttIdentity identity, int maxInFlight)
    {
        session.Outbox.Attach(connection, identity, maxInFlight);
        groups.Returned(session);
    }

    /// <summary>The connection is gone; the session stays or ends.</summary>
    public void Release(SessionKey key, Connection connection)
    {
        lock (gate)
        {
            if (!sessions.TryGetValue(key, out var session) || session.Holder != connection) return;
            session.Outbox.Detach(connection);
            session.Holder = null;
            session.OfflineSince = rules.Time.GetUtcNow();
            session.Change();
            if (session.ExpiresAfter == TimeSpan.Zero) End(session);
        }
    }

    /// <summary>Adds a subscription, or replaces the one to the same filter. Returns whether there was one; null if the
    /// session has no room for another.</summary>
    public bool? Subscribe(Session session, Subscription subscription)
    {
        if (session.Put(subscription, rules.Options.MaxSubscriptions) is not { } existed) return null;
        if (subscription.SharingScope is not null) groups.Join(session, subscription);
        else Subscriptions.Add(subscription.Filter, session, subscription);
        return existed;
    }

    /// <summary>Removes a subscription; false if there was none.</summary>
    public bool Unsubscribe(Session session, string filter)
    {
        if (session.Take(filter) is not { } subscription) return false;
        Remove(session, subscription);
        return true;
    }

    /// <summary>Ends what has been gone for too long, and returns the wills that are due.</summary>
    public IReadOnlyList<DelayedWill> Sweep(DateTimeOffset now)
    {
        lock (gate)
        {
            List<Session>? ended = null;
            foreach (var session in sessions.Values)
            {
                session.Outbox.Sweep(now);
                if (session.Holder is not null) continue;
                if (now - session.OfflineSince >= session.ExpiresAfter) (ended ??= []).Add(session);
                else if (session.Will?.Due <= now) Bury(session);
            }

            foreach (var session in ended ?? []) End(session);
        }

        var due = new List<DelayedWill>();
        while (dueWills.TryDequeue(out var will)) due.Add(will);
        return due;
    }

    private bool IsCrowded(string identity) => byIdentity.TryGetValue(identity, out var own)
        && own.Count(s => s.Holder is not null) >= rules.Options.MaxConnectionsPerIdentity;

    private Session Hold(Session session, Connection connection)
    {
        session.Holder = connection;
        session.Will = null;
        session.StartOver(rules.Options.MaxInFlight);
        session.Change();
        return session;
    }

    private Session? Add(SessionKey key)
    {
        byIdentity.TryGetValue(key.Identity, out var own);
        if (own?.Count >= rules.Options.MaxSessionsPerIdentity && !EndLongestGone(own)) return null;
        if (sessions.Count >= rules.Options.MaxSessions && !EndLongestGone(sessions.Values)) return null;

        var session = new Session(key, rules);
        if (!byIdentity.TryGetValue(key.Identity, out own))
            byIdentity.Add(key.Identity, own = new List<Session>(1));
        own.Add(session);
        sessions.Add(key, session);
        return session;
    }

    private bool EndLongestGone(IEnumerable<Session> among)
    {
        if (among.Where(s => s.Holder is null).MinBy(s => s.OfflineSince) is not { } oldest) return false;
        End(oldest);
        return true;
    }

    private void End(Session session)
    {
        Bury(session);
        sessions.Remove(session.Key);
        foreach (var subscription in session.Subscriptions) Remove(session, subscription);
        var own = byIdentity[session.Key.Identity];
        own.Remove(session);
        if (own.Count == 0) byIdentity.Remove(session.Key.Identity);
        // After it left its groups, or it would get its own messages back.
        foreach (var copy in session.Outbox.End()) copy.Group!.Offer(copy.Publication);
    }

    private void Remove(Session session, Subscription subscription)
    {
        if (subscription.SharingScope is not null) groups.Leave(session, subscription);
        else Subscriptions.Remove(subscription.Filter, session);
    }

    /// <summary>The client did not come back in time.</summary>
    private void Bury(Session session)
    {
        if (session.Will is not null) dueWills.Enqueue(session.Will);
        session.Will = null;
    }
}
