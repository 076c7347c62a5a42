namespace Automat.Mqtt.Broker;

/// <summary>What the broker asks the server, and tells it. The calls for one connection come one after the other, in
/// the order of its packets, and hold back only that connection.</summary>
public interface IMqttGate
{
    /// <summary>Who is this? Null refuses the connection. An exception refuses it as "server unavailable".</summary>
    ValueTask<MqttIdentity?> AuthenticateAsync(MqttLogin login, CancellationToken ct);

    /// <summary>Who has this name, whose session was kept while the broker was away? Null forgets the session. Asked for
    /// every kept session when the broker starts; until the client comes, it says what may wait for it.</summary>
    ValueTask<MqttIdentity?> RecallAsync(string name, CancellationToken ct) => ValueTask.FromResult<MqttIdentity?>(null);

    /// <summary>A connection is up and accepted. Always followed by one <see cref="OnDisconnectedAsync"/>, and on a
    /// takeover the old connection's comes first (unless it takes longer than five seconds).</summary>
    ValueTask OnConnectedAsync(MqttPeer peer, CancellationToken ct) => ValueTask.CompletedTask;

    /// <summary>Subscriptions are in force: new ones, or those of a resumed session. Called after the answer to the
    /// client was queued, so whatever is delivered from here on arrives after it.</summary>
    ValueTask OnSubscribedAsync(MqttPeer peer, IReadOnlyList<string> filters, CancellationToken ct) =>
        ValueTask.CompletedTask;

    /// <summary>A message the peer was allowed to publish; also its will, after it is gone. Awaited before the
    /// acknowledgement: store it here. An exception means it is not acknowledged; the connection is closed (QoS 1, 2)
    /// so that the client sends it again. Expect repeats.</summary>
    ValueTask OnPublishAsync(MqttPeer peer, MqttMessage message, CancellationToken ct) => ValueTask.CompletedTask;

    /// <summary>The connection is gone; <paramref name="reason"/> is <see cref="MqttReason.Success"/> only if the
    /// client said goodbye.</summary>
    ValueTask OnDisconnectedAsync(MqttPeer peer, MqttReason reason) => ValueTask.CompletedTask;
}
