using Automat.Mqtt.Protocol;
using Microsoft.Extensions.Logging;

namespace Automat.Mqtt.Broker;

/// <summary>PUBLISH from one connection: checks, lets the server take it, answers.</summary>
internal sealed class PublishDesk(MqttBroker broker, Connection connection, Admission admission)
{
    private const string Forbidden = "Not allowed to publish to this topic.";

    private MessageRate rate = new(broker.Options.MaxMessagesPerSecond, broker.Time.GetTimestamp());
    private ReceivedAliases? aliases;

    private bool IsV5 => connection.Version is MqttVersion.V5;

    public ValueTask PublishAsync(PublishPacket packet)
    {
        var wait = rate.Take(broker.Time);
        return wait == TimeSpan.Zero ? TakeAsync(packet) : TakeLaterAsync(packet, wait);
    }

    /// <summary>PUBREL: the client knows that we have its message, and may use the identifier again.</summary>
    public void Release(AckPacket packet)
    {
        var known = admission.Session.Releases.Release(packet.PacketId);
        connection.SendAck(
            PacketType.PubComp, packet.PacketId, known ? MqttReason.Success : MqttReason.PacketIdNotFound);
    }

    /// <summary>Not reading on makes the client wait, wherever it is; nothing is lost.</summary>
    private async ValueTask TakeLaterAsync(PublishPacket packet, TimeSpan wait)
    {
        broker.Meter.HeldBack.Add(1);
        connection.Flush();
        await Task.Delay(wait, broker.Time);
        connection.LastHeard = broker.Time.GetUtcNow();
        await TakeAsync(packet);
    }

    private async ValueTask TakeAsync(PublishPacket packet)
    {
        var message = Resolve(packet);
        Check(packet, message);
        if (message.Qos is MqttQos.ExactlyOnce && !CountOpen(packet.PacketId))
        {
            // Taken before; it only wants to hear so.
            connection.SendAck(PacketType.PubRec, packet.PacketId);
            return;
        }

        if (!Handshake.IsPublishable(admission.Peer.Identity, message.Topic))
        {
            Refuse(packet, message);
            return;
        }

        if (!await TryAcceptAsync(message)) return;
        if (message.Qos is MqttQos.AtLeastOnce) connection.SendAck(PacketType.PubAck, packet.PacketId);
        if (message.Qos is not MqttQos.ExactlyOnce) return;
        admission.Session.Releases.TryAdd(packet.PacketId, broker.Options.MaxInFlight);
        connection.SendAck(PacketType.PubRec, packet.PacketId);
    }

    /// <summary>True if the message is new. Either way the client may have only so many open.</summary>
    private bool CountOpen(ushort id)
    {
        var releases = admission.Session.Releases;
        var known = releases.Contains(id);
        if (known ? releases.TryAdd(id, broker.Options.MaxInFlight) : releases.HasRoom(broker.Options.MaxInFlight))
            return !known;
        throw new MqttProtocolException(
            MqttReason.ReceiveMaximumExceeded, "More QoS 2 messages without PUBREL than the receive maximum.");
    }

    private MqttMessage Resolve(PublishPacket packet)
    {
        if (packet.TopicAlias is not { } alias) return packet.Message;
        aliases ??= new ReceivedAliases(broker.Options.MaxTopicAliases);
        var topic = aliases.Resolve(alias, packet.Message.Topic);
        return packet.Message.Topic.Length > 0 ? packet.Message : packet.Message with { Topic = topic };
    }

    private void Check(PublishPacket packet, MqttMessage message)
    {
        if (packet.SubscriptionIdentifiers.Count > 0)
            throw MqttProtocolException.Forbidden("A client's PUBLISH has no subscription identifier.");
        if (message.Retain && broker.Options.MaxRetained == 0)
            throw new MqttProtocolException(MqttReason.RetainNotSupported, "Retain was announced as unavailable.");
        var topic = message.Topic;
        if (topic.Length > broker.Options.MaxTopicLength || TopicName.Levels(topic) > broker.Options.MaxTopicLevels)
            throw new MqttProtocolException(MqttReason.TopicNameInvalid, "The topic is longer or deeper than allowed.");
    }

    private void Refuse(PublishPacket packet, MqttMessage message)
    {
        broker.Log.LogWarning("{Peer} may not publish to {Topic}", admission.Peer, message.Topic);
        if (!IsV5) throw new MqttProtocolException(MqttReason.NotAuthorized, Forbidden);
        if (message.Qos is MqttQos.AtMostOnce) return;
        var type = message.Qos is MqttQos.AtLeastOnce ? PacketType.PubAck : PacketType.PubRec;
        connection.SendAck(type, packet.PacketId, MqttReason.NotAuthorized, Forbidden);
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
            if (message.Qos > MqttQos.AtMostOnce)
                connection.Close(MqttReason.ImplementationSpecific, "The message could not be stored; send it again.");
            return false;
        }
    }
}
