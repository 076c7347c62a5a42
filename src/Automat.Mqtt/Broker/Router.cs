using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Broker;

/// <summary>Hands messages to the sessions that subscribe to them.</summary>
internal sealed class Router(SessionStore sessions, RetainedMessages retained, BrokerMeter meter, TimeProvider time)
{
    [ThreadStatic]
    private static List<(Subscriber Subscriber, Subscription Subscription)>? hitsOfThread;

    [ThreadStatic]
    private static Dictionary<Session, int>? placesOfThread;

    /// <summary>Retains and distributes; returns how many took it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="origin">The session that published it, for subscriptions that don't want their own.</param>
    public int Route(MqttMessage message, Session? origin)
    {
        Publication? publication = null;
        if (message.Retain)
        {
            publication = new Publication(message, time.GetUtcNow());
            if (!retained.Keep(publication)) meter.Drop(DropReason.RetainedFull);
        }

        var hits = hitsOfThread ??= [];
        if (sessions.Subscriptions.Match(message.Topic, hits) > 1) MergeOverlapping(hits, origin);
        var taken = 0;
        foreach (var (subscriber, subscription) in hits)
        {
            if (subscription.NoLocal && subscriber == origin) continue;
            publication ??= new Publication(message, time.GetUtcNow());
            if (Offer(publication, subscriber, subscription)) taken++;
        }

        hits.Clear();
        return taken;
    }

    /// <summary>True if somebody has subscribed to the topic.</summary>
    public bool HasSubscriber(string topic)
    {
        var hits = hitsOfThread ??= [];
        sessions.Subscriptions.Match(topic, hits);
        var any = hits.Count > 0;
        hits.Clear();
        return any;
    }

    /// <summary>Sends the retained messages a new subscription has to see.</summary>
    public void SendRetained(Session session, Subscription subscription)
    {
        if (retained.Count == 0) return;
        var found = new List<Publication>();
        retained.Match(subscription.Filter, time.GetUtcNow(), found);
        foreach (var publication in found)
        {
            session.Outbox.Offer(new Copy(publication, subscription.Limit(publication.Message.Qos), Retain: true)
            {
                Identifiers = subscription.Identifiers,
                IsGreeting = true,
            });
        }
    }

    private bool Offer(Publication publication, Subscriber subscriber, Subscription subscription)
    {
        var message = publication.Message;
        if (subscriber is Session session)
        {
            var retain = subscription.RetainAsPublished && message.Retain;
            return session.Outbox.Offer(new Copy(publication, subscription.Limit(message.Qos), retain)
            {
                Identifiers = subscription.Identifiers,
            });
        }

        if (((SharedGroup)subscriber).Offer(publication)) return true;
        meter.Drop(DropReason.NobodyInGroup);
        return false;
    }

    /// <summary>A session whose filters overlap gets the message once.</summary>
    private static void MergeOverlapping(
        List<(Subscriber Subscriber, Subscription Subscription)> hits, Session? origin)
    {
        var places = placesOfThread ??= [];
        var kept = 0;
        for (var i = 0; i < hits.Count; i++)
        {
            var (subscriber, subscription) = hits[i];
            if (subscriber is Session session)
            {
                if (subscription.NoLocal && session == origin) continue;
                if (places.TryGetValue(session, out var at))
                {
                    hits[at] = (session, hits[at].Subscription.And(subscription));
                    continue;
                }

                places.Add(session, kept);
            }

            hits[kept++] = hits[i];
        }

        hits.RemoveRange(kept, hits.Count - kept);
        places.Clear();
    }
}
