using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Broker;

/// <summary>SUBSCRIBE and UNSUBSCRIBE of one connection: decides line by line, answers, and sends retained
/// messages.</summary>
internal sealed class SubscriptionDesk(MqttBroker broker, Connection connection, Admission admission)
{
    public async ValueTask SubscribeAsync(SubscribePacket packet)
    {
        var codes = new List<MqttReason>(packet.Requests.Count);
        var wantRetained = new List<Subscription>();
        var granted = new List<string>();
        foreach (var request in packet.Requests)
        {
            var code = Decide(request, packet.SubscriptionIdentifier, out var subscription, out var isNew);
            codes.Add(connection.Version is MqttVersion.V311 && code >= MqttReason.Unspecified
                ? MqttReason.Unspecified
                : code);
            if (subscription is null) continue;
            granted.Add(subscription.Filter);
            // Who shares a subscription is no new reader of it.
            if (subscription.SharingScope is not null) continue;
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
            if (!IsValid(filter)) throw MqttProtocolException.Malformed("UNSUBSCRIBE has an invalid filter.");
            var existed = broker.Sessions.Unsubscribe(admission.Session, filter);
            codes.Add(existed ? MqttReason.Success : MqttReason.NoSubscriptionExisted);
        }

        if (connection.Version is MqttVersion.V311) codes.Clear();
        connection.Send(new SubAckPacket(PacketType.UnsubAck) { PacketId = packet.PacketId, Codes = codes });
    }

    private static bool IsValid(string filter) =>
        SharedFilter.IsShared(filter) ? SharedFilter.IsValid(filter) : TopicFilter.IsValid(filter);

    private MqttReason Decide(
        SubscribeRequest request, uint? identifier, out Subscription? granted, out bool isNew)
    {
        granted = null;
        isNew = false;
        var options = broker.Options;
        var identity = admission.Peer.Identity;
        if (!IsValid(request.Filter))
        {
            return connection.Version is MqttVersion.V5
                ? MqttReason.TopicFilterInvalid
                : throw MqttProtocolException.Malformed("SUBSCRIBE has an invalid filter.");
        }

        var shared = SharedFilter.IsShared(request.Filter);
        if (shared && request.NoLocal)
            throw MqttProtocolException.Forbidden("A shared subscription can't be without one's own messages.");
        if (request.Filter.Length > options.MaxTopicLength || TopicName.Levels(request.Filter) > options.MaxTopicLevels)
            return MqttReason.TopicFilterInvalid;
        var subscription = Subscription.Grant(request, identifier, shared ? identity.SharingScope : null);
        if (!identity.CanSubscribe(subscription.Topics)) return MqttReason.NotAuthorized;

        if (broker.Sessions.Subscribe(admission.Session, subscription) is not { } existed)
            return MqttReason.QuotaExceeded;
        granted = subscription;
        isNew = !existed;
        return (MqttReason)subscription.Qos;
    }
}
