using System.Net;

namespace Automat.Mqtt.Broker;

/// <summary>What a client presents to get in.</summary>
/// <param name="ClientId">Its client id; empty if the broker shall choose one.</param>
/// <param name="UserName">Null if it gave none.</param>
/// <param name="Password">Empty if it gave none. Compare in constant time; don't keep or log.</param>
/// <param name="Version">The protocol it speaks.</param>
/// <param name="RemoteEndPoint">Where it comes from.</param>
public sealed record MqttLogin(
    string ClientId, string? UserName, ReadOnlyMemory<byte> Password, MqttVersion Version, EndPoint? RemoteEndPoint)
{
    /// <summary>The way it came in.</summary>
    public MqttTransport Transport { get; init; }

    /// <summary>What it proved to be by a certificate; null if it presented none. Who has one needs no password, and can
    /// be nobody else.</summary>
    public MqttClientCertificate? ClientCertificate { get; init; }

    /// <summary>Without the password, so that it can't slip into a log.</summary>
    public override string ToString() => $"{ClientId} ({UserName}) from {RemoteEndPoint}";
}

/// <summary>One live, authenticated connection.</summary>
/// <param name="ConnectionId">Unique per connection: a client that comes back has another.</param>
/// <param name="Identity">Who it is.</param>
/// <param name="ClientId">The client id in use, chosen by us if the client gave none.</param>
/// <param name="Version">The protocol it speaks.</param>
/// <param name="SessionResumed">True if it found its earlier session, subscriptions included.</param>
/// <param name="RemoteEndPoint">Where it comes from.</param>
public sealed record MqttPeer(
    string ConnectionId,
    MqttIdentity Identity,
    string ClientId,
    MqttVersion Version,
    bool SessionResumed,
    EndPoint? RemoteEndPoint)
{
    /// <summary>Identity and client id, for logs.</summary>
    public override string ToString() => $"{Identity.Name}/{ClientId}";
}

/// <summary>What is known of an identity right now.</summary>
/// <param name="Connected">At least one connection is up.</param>
/// <param name="LastHeard">When the last packet of any kind came; null if never since the broker started.</param>
/// <param name="Subscriptions">Topic filters of its connected sessions.</param>
public sealed record MqttPresence(bool Connected, DateTimeOffset? LastHeard, IReadOnlyList<string> Subscriptions);
