using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Broker;

/// <summary>SUBSCRIBE and UNSUBSCRIBE of one connection: decides line by line, answers, and sends retained
/// messages.</summary>
internal sealed class SubscriptionDesk(MqttBroker broker, Connection connection, Admission admission)
{
    public async ValueTask SubscribeAsync(SubscribePacket packet)
    {
        if (packet.SubscriptionIdentifier is not null)
        {
            throw new MqttProtocolException(
                MqttReason.SubscriptionIdentifiersNotSupported,
                "Subscription identifiers were announced as unavailable.");
        }

        var codes = new List<MqttReason>(packet.Requests.Count);
        var wantRetained = new List<Subscription>();
        var granted = new List<string>();
        foreach (var request in packet.Requests)
        {
            var code = Decide(request, out var subscription, out var isNew);
            codes.Add(connection.Version is MqttVersion.V311 && code >= MqttReason.Unspecified
                ? MqttReason.Unspecified
                : code);
            if (subscription is null) continue;
            granted.Add(subscription.Filter);
            if (request.RetainHandling == 0 || (request.RetainHandling == 1 && isNew)) wantRetained.Add(subscription);
        }

        connection.Send(new SubAckPacket(PacketType.SubAck) { PacketId = packet.PacketId, Codes = codes });
        connection.Flush();
        foreach (var subscription in wantRetained) broker.Router.SendRetained(admission.Session, subscription);
        if (granted.Count > 0) await broker.Gate.OnSubscribedAsync(admission.Peer, granted, CancellationToken.None);
    }

    public void Unsubscribe(UnsubscribePacket packet)
    {
        var codes = new List<MqttReason>(packet.Filters.Count);
        foreach (var filter in packet.Filters)
        {
            if (!TopicFilter.IsValid(filter))
                throw MqttProtocolException.Malformed("UNSUBSCRIBE has an invalid filter.");
            var existed = admission.Session.Unsubscribe(filter);
            if (existed) broker.Router.Subscriptions.Remove(filter, admission.Session);
            codes.Add(existed ? MqttReason.Success : MqttReason.NoSubscriptionExisted);
        }

        if (connection.Version is MqttVersion.V311) codes.Clear();
        connection.Send(new SubAckPacket(PacketType.UnsubAck) { PacketId = packet.PacketId, Codes = codes });
    }

    private MqttReason Decide(SubscribeRequest request, out Subscription? granted, out bool isNew)
    {
        granted = null;
        isNew = false;
        var options = broker.Options;
        if (!TopicFilter.IsValid(request.Filter))
        {
            return connection.Version is MqttVersion.V5
                ? MqttReason.TopicFilterInvalid
                : throw MqttProtocolException.Malformed("SUBSCRIBE has an invalid filter.");
        }

        if (request.Filter.StartsWith("$share/", StringComparison.Ordinal))
            return MqttReason.SharedSubscriptionsNotSupported;
        if (request.Filter.Length > options.MaxTopicLength || TopicName.Levels(request.Filter) > options.MaxTopicLevels)
            return MqttReason.TopicFilterInvalid;
        if (!admission.Peer.Identity.CanSubscribe(request.Filter)) return MqttReason.NotAuthorized;

        var subscription = Subscription.Grant(request);
        if (admission.Session.Subscribe(subscription, options.MaxSubscriptions) is not { } existed)
            return MqttReason.QuotaExceeded;
        broker.Router.Subscriptions.Add(subscription.Filter, admission.Session, subscription);
        granted = subscription;
        isNew = !existed;
        return (MqttReason)subscription.Qos;
    }
}
