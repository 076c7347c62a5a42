using System.Collections.Concurrent;

namespace Automat.Mqtt.Broker;

/// <summary>All sessions, in memory. The only door to them: a lasting store has to replace just this class.</summary>
internal sealed class SessionStore(MqttBrokerOptions options, BrokerMeter meter, TimeProvider time)
{
    private static readonly TimeSpan TakeoverPatience = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly Dictionary<SessionKey, Session> sessions = [];
    private readonly Dictionary<string, List<Session>> byIdentity = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<DelayedWill> dueWills = new();

    public SubscriptionTrie<Session> Subscriptions { get; } = new();

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

    /// <summary>Gives the session to this connection, which is its only holder until <see cref="Release"/>. An earlier
    /// connection is closed and waited for.</summary>
    /// <returns>The session and whether it existed; null if the identity has too many.</returns>
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

            holder.Close(MqttReason.SessionTakenOver);
            try
            {
                await holder.WhenFinished().WaitAsync(TakeoverPatience, time);
            }
            catch (TimeoutException)
            {
                // Whoever holds it hangs in a callback; the machine that knocks here is alive.
                holder.Abort();
                Release(key, holder);
            }
        }
    }

    /// <summary>The connection is gone; the session stays or ends.</summary>
    public void Release(SessionKey key, Connection connection)
    {
        lock (gate)
        {
            if (!sessions.TryGetValue(key, out var session) || session.Holder != connection) return;
            session.Outbox.Detach(connection);
            session.Holder = null;
            session.OfflineSince = time.GetUtcNow();
            if (session.ExpiresAfter == TimeSpan.Zero) End(session);
        }
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
        && own.Count(s => s.Holder is not null) >= options.MaxConnectionsPerIdentity;

    private static Session Hold(Session session, Connection connection)
    {
        session.Holder = connection;
        session.Will = null;
        return session;
    }

    private Session? Add(SessionKey key)
    {
        if (!byIdentity.TryGetValue(key.Identity, out var own))
            byIdentity.Add(key.Identity, own = new List<Session>(1));
        if (own.Count >= options.MaxSessionsPerIdentity)
        {
            var oldest = own.Where(s => s.Holder is null).MinBy(s => s.OfflineSince);
            if (oldest is null) return null;
            End(oldest);
            byIdentity[key.Identity] = own;
        }

        var session = new Session(key, new Outbox(options, meter, time));
        own.Add(session);
        sessions.Add(key, session);
        return session;
    }

    private void End(Session session)
    {
        Bury(session);
        sessions.Remove(session.Key);
        foreach (var subscription in session.Subscriptions) Subscriptions.Remove(subscription.Filter, session);
        var own = byIdentity[session.Key.Identity];
        own.Remove(session);
        if (own.Count == 0) byIdentity.Remove(session.Key.Identity);
    }

    /// <summary>The client did not come back in time.</summary>
    private void Bury(Session session)
    {
        if (session.Will is not null) dueWills.Enqueue(session.Will);
        session.Will = null;
    }
}
