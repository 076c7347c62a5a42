using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Broker;

/// <summary>Knows what a store holds of the sessions, and what of them is different now.</summary>
internal sealed class SessionKeeper(SessionStore sessions)
{
    private readonly Dictionary<SessionKey, Kept> kept = [];
    private readonly HashSet<Session> failed = [];
    private List<Action> pending = [];

    /// <summary>Appends what is different now. It counts as kept only after <see cref="Commit"/>.</summary>
    public void Collect(
        List<MqttStoredSession> changed, List<MqttSessionKey> ended,
        List<(MqttSessionKey, MqttStoredCopy)> copies, List<(MqttSessionKey, long)> done)
    {
        pending = [];
        var here = new HashSet<SessionKey>();
        foreach (var session in sessions.Snapshot())
        {
            if (session.ExpiresAfter == TimeSpan.Zero) continue;
            here.Add(session.Key);
            // Another session may have the key of one that is over.
            var before = kept.GetValueOrDefault(session.Key);
            if (before is not null && before.Session != session)
            {
                ended.Add(KeyOf(session));
                before = null;
            }

            if (!session.TakeChanged() && !failed.Remove(session) && before is not null) continue;
            failed.Add(session);
            Compare(session, before ?? new Kept(session), changed, copies, done);
        }

        foreach (var (key, before) in kept)
        {
            if (here.Contains(key)) continue;
            ended.Add(KeyOf(before.Session));
            pending.Add(() => kept.Remove(key));
        }
    }

    /// <summary>The store has what was collected.</summary>
    public void Commit()
    {
        foreach (var action in pending) action();
        pending = [];
        failed.Clear();
    }

    /// <summary>Takes in what a store has kept.</summary>
    public void Restore(MqttStoredSession stored, IReadOnlyList<MqttStoredCopy> copies, MqttIdentity reader, DateTimeOffset now)
    {
        var session = sessions.Restore(new SessionKey(stored.Key.Identity, stored.Key.ClientId));
        session.ExpiresAfter = stored.ExpiresAfter;
        session.OfflineSince = stored.OfflineSince ?? now;
        if (stored.Received.Count > 0) session.Releases.Restore(stored.Received);
        foreach (var s in stored.Subscriptions)
        {
            sessions.Subscribe(session, new Subscription(s.Filter, s.Qos, s.NoLocal, s.RetainAsPublished)
            {
                Identifiers = s.Identifiers is null ? null : [.. s.Identifiers],
                SharingScope = s.SharingScope,
            });
        }

        var own = new Kept(session) { Next = copies.Count > 0 ? copies.Max(c => c.Sequence) + 1 : 1 };
        var waiting = new List<Waiting>(copies.Count);
        foreach (var copy in copies)
        {
            var item = new Waiting(
                new Copy(Publish(copy.Content, now), copy.Qos, copy.Retain)
                {
                    Identifiers = copy.Identifiers is null ? null : [.. copy.Identifiers],
                },
                copy.PacketId, (AwaitedAnswer)copy.Awaited);
            waiting.Add(item);
            own.Copies.Add(new KeptCopy(copy.Sequence, item.Copy.Publication, item.Id, item.Awaited));
        }

        session.Outbox.Restore(reader, waiting, stored.Held);
        kept[session.Key] = own;
    }

    public static Publication Publish(MqttStoredMessage stored, DateTimeOffset now) =>
        new(stored.Message with { Expiry = stored.ExpiresAt is { } at ? at > now ? at - now : TimeSpan.Zero : null }, now);

    public static MqttStoredMessage Store(Publication publication) =>
        new(publication.Message with { Expiry = null }, publication.ExpiresAt);

    private static MqttSessionKey KeyOf(Session session) => new(session.Key.Identity, session.Key.ClientId);

    private void Compare(
        Session session, Kept before, List<MqttStoredSession> changed,
        List<(MqttSessionKey, MqttStoredCopy)> copies, List<(MqttSessionKey, long)> done)
    {
        var key = KeyOf(session);
        var (items, held) = session.Outbox.Snapshot();
        changed.Add(new MqttStoredSession(
            key, session.ExpiresAfter, session.Holder is null ? session.OfflineSince : null,
            [.. session.Subscriptions.Select(s =>
                new MqttStoredSubscription(s.Filter, s.Qos, s.NoLocal, s.RetainAsPublished, s.Identifiers, s.SharingScope))],
            session.Received, held));

        // The same message may wait twice in one session; each of its places is told apart.
        var known = before.Copies.ToLookup(c => c.Publication)
            .ToDictionary(g => g.Key, g => new Queue<KeptCopy>(g));
        var after = new Kept(session) { Next = before.Next };
        foreach (var item in items)
        {
            var was = known.TryGetValue(item.Copy.Publication, out var places) && places.TryDequeue(out var place) ? place : null;
            var now = new KeptCopy(was?.Sequence ?? after.Next++, item.Copy.Publication, item.Id, item.Awaited);
            after.Copies.Add(now);
            if (now == was) continue;
            copies.Add((key, new MqttStoredCopy(
                now.Sequence, Store(now.Publication), item.Copy.Qos, item.Copy.Retain, item.Copy.Identifiers, item.Id,
                (byte)item.Awaited)));
        }

        foreach (var left in known.Values.SelectMany(places => places)) done.Add((key, left.Sequence));
        pending.Add(() => kept[session.Key] = after);
    }

    private sealed record KeptCopy(long Sequence, Publication Publication, ushort Id, AwaitedAnswer Awaited);

    private sealed class Kept(Session session)
    {
        public Session Session { get; } = session;

        public List<KeptCopy> Copies { get; } = [];

        public long Next { get; set; } = 1;
    }
}
