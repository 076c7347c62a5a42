using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Broker;

/// <summary>The groups of sessions that share a subscription. They exist as long as they have members.</summary>
internal sealed class SharedGroups(SubscriptionTrie<Subscriber> subscriptions)
{
    private readonly Lock gate = new();
    private readonly Dictionary<(string Scope, string Filter), SharedGroup> groups = [];

    public void Join(Session session, Subscription subscription)
    {
        lock (gate)
        {
            var key = (subscription.SharingScope!, subscription.Filter);
            if (!groups.TryGetValue(key, out var group))
            {
                groups.Add(key, group = new SharedGroup());
                subscriptions.Add(subscription.Topics, group, subscription);
            }

            group.Put(session, subscription);
        }
    }

    public void Leave(Session session, Subscription subscription)
    {
        lock (gate)
        {
            var key = (subscription.SharingScope!, subscription.Filter);
            if (!groups.TryGetValue(key, out var group) || !group.Take(session)) return;
            groups.Remove(key);
            subscriptions.Remove(subscription.Topics, group);
        }
    }

    /// <summary>The session is here: it gets what waits for members that are away.</summary>
    public void Returned(Session session)
    {
        foreach (var subscription in session.Subscriptions)
        {
            if (subscription.SharingScope is null) continue;
            SharedGroup? group;
            lock (gate) groups.TryGetValue((subscription.SharingScope, subscription.Filter), out group);
            group?.Relieve(session);
        }
    }
}

/// <summary>Sessions that share a subscription: every message goes to one of them, in turn. Who is connected and has
/// room comes first, then who is connected, then who is away with a session that keeps messages.</summary>
internal sealed class SharedGroup : Subscriber, ISharing
{
    private readonly Lock gate = new();
    private Member[] members = [];
    private int turn;

    public void Put(Session session, Subscription subscription)
    {
        lock (gate)
        {
            Member[] others = Array.FindAll(members, m => m.Session != session);
            Volatile.Write(ref members, [.. others, new Member(session, subscription)]);
        }
    }

    /// <summary>Returns whether nobody is left.</summary>
    public bool Take(Session session)
    {
        lock (gate)
        {
            Volatile.Write(ref members, Array.FindAll(members, m => m.Session != session));
            return members.Length == 0;
        }
    }

    public bool Offer(Publication publication)
    {
        var all = Volatile.Read(ref members);
        var start = Next(all.Length);
        return OfferTo(all, start, publication, Readiness.Ready, null)
            || OfferTo(all, start, publication, Readiness.Busy, null)
            || OfferTo(all, start, publication, Readiness.Away, null);
    }

    public bool PassOn(Publication publication, object from)
    {
        var all = Volatile.Read(ref members);
        var start = Next(all.Length);
        return OfferTo(all, start, publication, Readiness.Ready, from)
            || OfferTo(all, start, publication, Readiness.Busy, from);
    }

    /// <summary>Gives to a member that came what waits for members that are away.</summary>
    public void Relieve(Session session)
    {
        foreach (var member in Volatile.Read(ref members))
        {
            if (member.Session == session) continue;
            foreach (var publication in member.Session.Outbox.TakeWaitingFor(this))
                if (!PassOn(publication, member.Session.Outbox)) Offer(publication);
        }
    }

    private int Next(int count) =>
        count == 0 ? 0 : (int)(unchecked((uint)Interlocked.Increment(ref turn)) % (uint)count);

    private bool OfferTo(Member[] all, int start, Publication publication, Readiness wanted, object? except)
    {
        for (var i = 0; i < all.Length; i++)
        {
            var (session, subscription) = all[(start + i) % all.Length];
            if (ReferenceEquals(session.Outbox, except) || session.Outbox.Readiness != wanted) continue;
            var message = publication.Message;
            var copy = new Copy(
                publication, subscription.Limit(message.Qos), subscription.RetainAsPublished && message.Retain)
            {
                Identifiers = subscription.Identifiers,
                Group = this,
            };
            if (session.Outbox.Offer(copy)) return true;
        }

        return false;
    }

    private readonly record struct Member(Session Session, Subscription Subscription);
}
