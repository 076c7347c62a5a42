using Automat.Mqtt.Protocol;
using Microsoft.Extensions.Logging;

namespace Automat.Mqtt.Broker;

/// <summary>PUBLISH from one connection: checks, lets the server take it, answers.</summary>
internal sealed class PublishDesk(MqttBroker broker, Connection connection, Admission admission)
{
    private bool IsV5 => connection.Version is MqttVersion.V5;

    public async ValueTask PublishAsync(PublishPacket packet)
    {
        var message = packet.Message;
        Check(packet);
        if (!Handshake.IsPublishable(admission.Peer.Identity, message.Topic))
        {
            Refuse(packet);
            return;
        }

        if (message.Qos is MqttQos.ExactlyOnce)
        {
            await TakeOnceAsync(packet);
            return;
        }

        if (!await TryAcceptAsync(message) || message.Qos is MqttQos.AtMostOnce) return;
        connection.Send(new AckPacket(PacketType.PubAck, packet.PacketId));
    }

    /// <summary>The receiving half of QoS 2, for 3.1.1 clients, who can't be told that we don't offer it.</summary>
    public void Release(AckPacket packet)
    {
        admission.Session.Released(packet.PacketId);
        connection.Send(new AckPacket(PacketType.PubComp, packet.PacketId));
    }

    private async ValueTask TakeOnceAsync(PublishPacket packet)
    {
        if (!admission.Session.HasReceived(packet.PacketId))
        {
            if (!await TryAcceptAsync(packet.Message)) return;
            admission.Session.Received(packet.PacketId, broker.Options.MaxInFlight);
        }

        connection.Send(new AckPacket(PacketType.PubRec, packet.PacketId));
    }

    private void Check(PublishPacket packet)
    {
        var topic = packet.Message.Topic;
        if (packet.TopicAlias is not null)
            throw new MqttProtocolException(
                MqttReason.TopicAliasInvalid, "Topic aliases were announced as unavailable.");
        if (packet.HasSubscriptionIdentifier)
            throw MqttProtocolException.Forbidden("A client's PUBLISH has no subscription identifier.");
        if (packet.Message.Qos is MqttQos.ExactlyOnce && IsV5)
            throw new MqttProtocolException(MqttReason.QosNotSupported, "QoS 1 was announced as the maximum.");
        if (packet.Message.Retain && broker.Options.MaxRetained == 0)
            throw new MqttProtocolException(MqttReason.RetainNotSupported, "Retain was announced as unavailable.");
        if (topic.Length > broker.Options.MaxTopicLength || TopicName.Levels(topic) > broker.Options.MaxTopicLevels)
            throw new MqttProtocolException(MqttReason.TopicNameInvalid, "The topic is longer or deeper than allowed.");
    }

    private void Refuse(PublishPacket packet)
    {
        broker.Log.LogWarning("{Peer} may not publish to {Topic}", admission.Peer, packet.Message.Topic);
        if (!IsV5) throw new MqttProtocolException(MqttReason.NotAuthorized, "Not allowed to publish to this topic.");
        if (packet.Message.Qos is MqttQos.AtLeastOnce)
            connection.Send(new AckPacket(PacketType.PubAck, packet.PacketId, MqttReason.NotAuthorized));
    }

    /// <summary>False if the server did not take it; it must then not be acknowledged.</summary>
    private async ValueTask<bool> TryAcceptAsync(MqttMessage message)
    {
        try
        {
            await broker.AcceptAsync(admission.Peer, admission.Session, message);
            return true;
        }
        catch (Exception e)
        {
            broker.Log.LogError(e, "A message of {Peer} to {Topic} was not taken", admission.Peer, message.Topic);
            // Only a new connection makes the client send it again; QoS 0 is gone either way.
            if (message.Qos > MqttQos.AtMostOnce) connection.Close(MqttReason.ImplementationSpecific);
            return false;
        }
    }
}
