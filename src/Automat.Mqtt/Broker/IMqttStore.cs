namespace Automat.Mqtt.Broker;

/// <summary>Keeps sessions and retained messages where they outlive the process. The broker works from memory; it tells
/// the store from time to time what has changed since the last time, so a crash loses what is younger than
/// <see cref="MqttBrokerOptions.SaveInterval"/>, and an orderly stop loses nothing.</summary>
public interface IMqttStore
{
    /// <summary>What was kept; asked once, before the first connection.</summary>
    Task<MqttStored> LoadAsync(CancellationToken ct);

    /// <summary>Keeps what has changed, all of it or nothing. If it throws, the same and more comes again.</summary>
    Task SaveAsync(MqttChanges changes, CancellationToken ct);
}

/// <summary>All that was kept.</summary>
/// <param name="Sessions">Sessions with their messages, each in the order of its sequence.</param>
/// <param name="Retained">Retained messages.</param>
public sealed record MqttStored(
    IReadOnlyList<(MqttStoredSession Session, IReadOnlyList<MqttStoredCopy> Copies)> Sessions,
    IReadOnlyList<MqttStoredMessage> Retained);

/// <summary>Names a session.</summary>
/// <param name="Identity">Whose.</param>
/// <param name="ClientId">Under which client id.</param>
public readonly record struct MqttSessionKey(string Identity, string ClientId);

/// <summary>A session without its messages.</summary>
/// <param name="Key">Its name.</param>
/// <param name="ExpiresAfter">How long it lives on without a connection.</param>
/// <param name="OfflineSince">Since when it has none; null while it has one.</param>
/// <param name="Subscriptions">What it listens to.</param>
/// <param name="Received">Packet ids of QoS 2 messages taken and not yet released by the client.</param>
/// <param name="Held">Packet ids that must not be used for something new.</param>
public sealed record MqttStoredSession(
    MqttSessionKey Key,
    TimeSpan ExpiresAfter,
    DateTimeOffset? OfflineSince,
    IReadOnlyList<MqttStoredSubscription> Subscriptions,
    IReadOnlyList<ushort> Received,
    IReadOnlyList<ushort> Held);

/// <summary>One subscription of a session.</summary>
/// <param name="Filter">The filter, with the group's name if it shares.</param>
/// <param name="Qos">The best QoS it receives with.</param>
/// <param name="NoLocal">Not what the session itself publishes.</param>
/// <param name="RetainAsPublished">Keeps the retain flag.</param>
/// <param name="Identifiers">Sent along with every message; null if there are none.</param>
/// <param name="SharingScope">Set if it shares.</param>
public sealed record MqttStoredSubscription(
    string Filter, MqttQos Qos, bool NoLocal, bool RetainAsPublished, IReadOnlyList<uint>? Identifiers, string? SharingScope);

/// <summary>A message as it is kept.</summary>
/// <param name="Message">The message; its own expiry counts from when it came, and is not kept.</param>
/// <param name="ExpiresAt">When it expires; null never.</param>
public sealed record MqttStoredMessage(MqttMessage Message, DateTimeOffset? ExpiresAt);

/// <summary>A message that waits in a session, or is in flight.</summary>
/// <param name="Sequence">Its place in the session, unique there.</param>
/// <param name="Content">The message.</param>
/// <param name="Qos">The QoS it is sent with.</param>
/// <param name="Retain">The flag it is sent with.</param>
/// <param name="Identifiers">Of the subscriptions it is for.</param>
/// <param name="PacketId">Zero if it was never sent.</param>
/// <param name="Awaited">What the client has yet to send: 0 PUBACK, 1 PUBREC, 2 PUBCOMP.</param>
public sealed record MqttStoredCopy(
    long Sequence,
    MqttStoredMessage Content,
    MqttQos Qos,
    bool Retain,
    IReadOnlyList<uint>? Identifiers,
    ushort PacketId,
    byte Awaited);

/// <summary>What has changed since the last time.</summary>
/// <param name="Sessions">Sessions that are new or different.</param>
/// <param name="Ended">Sessions that are over, with all their messages.</param>
/// <param name="Copies">Messages that are new or different.</param>
/// <param name="Done">Messages that are through.</param>
/// <param name="Retained">Retained messages that are new or different.</param>
/// <param name="Cleared">Topics that have none any more.</param>
public sealed record MqttChanges(
    IReadOnlyList<MqttStoredSession> Sessions,
    IReadOnlyList<MqttSessionKey> Ended,
    IReadOnlyList<(MqttSessionKey Key, MqttStoredCopy Copy)> Copies,
    IReadOnlyList<(MqttSessionKey Key, long Sequence)> Done,
    IReadOnlyList<MqttStoredMessage> Retained,
    IReadOnlyList<string> Cleared)
{
    /// <summary>Nothing has changed.</summary>
    public bool IsEmpty => Sessions.Count + Ended.Count + Copies.Count + Done.Count + Retained.Count + Cleared.Count == 0;
}
