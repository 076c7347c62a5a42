using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Broker;

/// <summary>Hands messages to the sessions that subscribe to them.</summary>
internal sealed class Router(SessionStore sessions, RetainedMessages retained, BrokerMeter meter, TimeProvider time)
{
    [ThreadStatic]
    private static List<(Session Subscriber, Subscription Subscription)>? hitsOfThread;

    public SubscriptionTrie<Session> Subscriptions => sessions.Subscriptions;

    /// <summary>Retains and distributes; returns how many sessions took it.</summary>
    /// <param name="message">The message.</param>
    /// <param name="origin">The session that published it, for subscriptions that don't want their own.</param>
    public int Route(MqttMessage message, Session? origin)
    {
        var publication = new Publication(message, time.GetUtcNow());
        if (message.Retain && !retained.Keep(publication)) meter.Dropped.Add(1);

        var hits = hitsOfThread ??= [];
        Subscriptions.Match(message.Topic, hits);
        if (hits.Count > 1) MergeOverlapping(hits);
        var taken = 0;
        foreach (var (session, subscription) in hits)
        {
            if (subscription.NoLocal && session == origin) continue;
            var qos = Lower(message.Qos, subscription.Qos);
            if (session.Outbox.Offer(publication, qos, subscription.RetainAsPublished && message.Retain)) taken++;
        }

        hits.Clear();
        return taken;
    }

    /// <summary>True if somebody has subscribed to the topic.</summary>
    public bool HasSubscriber(string topic)
    {
        var hits = hitsOfThread ??= [];
        Subscriptions.Match(topic, hits);
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
            session.Outbox.Offer(publication, Lower(publication.Message.Qos, subscription.Qos), retain: true);
    }

    private static MqttQos Lower(MqttQos published, MqttQos subscribed) =>
        published < subscribed ? published : subscribed;

    /// <summary>A session whose filters overlap gets the message once, at the best QoS among them.</summary>
    private static void MergeOverlapping(List<(Session Subscriber, Subscription Subscription)> hits)
    {
        var best = new Dictionary<Session, Subscription>(hits.Count);
        foreach (var (session, subscription) in hits)
        {
            if (!best.TryGetValue(session, out var other) || other.Qos < subscription.Qos)
                best[session] = subscription;
        }

        if (best.Count == hits.Count) return;
        hits.Clear();
        foreach (var (session, subscription) in best) hits.Add((session, subscription));
    }
}
