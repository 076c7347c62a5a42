using System.Collections.Concurrent;
using Automat.Mqtt.Protocol;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Automat.Mqtt.Broker;

/// <summary>The broker: one per process. The server publishes and delivers through it; clients reach it through
/// <see cref="MqttConnectionHandler"/>.</summary>
public sealed class MqttBroker : IDisposable
{
    private readonly ConcurrentDictionary<string, Connection> connections = new(StringComparer.Ordinal);
    private readonly RetainedMessages retained;
    private readonly AddressCounts addresses;
    private int connectionCount;
    private volatile bool stopping;

    /// <summary>Made by the container; see <see cref="MqttBrokerRegistration"/>.</summary>
    public MqttBroker(IOptions<MqttBrokerOptions> options, IMqttGate gate, TimeProvider time, ILogger<MqttBroker> log)
    {
        Options = options.Value;
        Gate = gate;
        Time = time;
        Log = log;
        Meter = new BrokerMeter();
        retained = new RetainedMessages(Options.MaxRetained, Options.MaxRetainedBytes);
        addresses = new AddressCounts(Options.MaxConnectionsPerAddress);
        Sessions = new SessionStore(new OutboxRules(Options, Meter, time));
        Router = new Router(Sessions, retained, Meter, time);
    }

    /// <summary>Connections open now, those that have not said who they are included.</summary>
    public int ConnectionCount => Volatile.Read(ref connectionCount);

    internal RetainedMessages Retained => retained;

    internal MqttBrokerOptions Options { get; }

    internal IMqttGate Gate { get; }

    internal TimeProvider Time { get; }

    internal ILogger Log { get; }

    internal BrokerMeter Meter { get; }

    internal SessionStore Sessions { get; }

    internal Router Router { get; }

    internal Presences Presences { get; } = new();

    /// <summary>Connected, last heard, subscribed to what.</summary>
    public MqttPresence PresenceOf(string identity)
    {
        var presence = Presences.Find(identity);
        if (presence is null) return new MqttPresence(false, null, []);
        var sessions = presence.Sessions;
        string[] filters = [.. sessions.SelectMany(s => s.Subscriptions).Select(s => s.Filter).Distinct()];
        return new MqttPresence(sessions.Count > 0, presence.LastHeard, filters);
    }

    /// <summary>True if a connected session of the identity subscribes to the topic, so that a delivery would be
    /// attempted.</summary>
    public bool IsSubscribed(string identity, string topic) =>
        Presences.Find(identity)?.Sessions.Any(s => s.Match(topic) is not null) ?? false;

    /// <summary>Hands a message to the connected sessions of one identity that subscribe to the topic and may read it,
    /// now or not at all: it is never queued for somebody who is away and never sent twice. Of sessions that share a
    /// subscription one gets it.</summary>
    /// <param name="identity">Whose sessions.</param>
    /// <param name="topic">The topic name.</param>
    /// <param name="payload">The content; must not change afterwards.</param>
    /// <param name="qos">QoS 0 is never acknowledged, whatever the subscription says.</param>
    /// <param name="options">How long to wait; <see cref="MqttDeliverOptions.Default"/> if null.</param>
    /// <param name="ct">Ends the waiting; the answer is then <see cref="MqttDelivery.Lost"/>.</param>
    public async Task<MqttDelivery> DeliverAsync(
        string identity,
        string topic,
        ReadOnlyMemory<byte> payload,
        MqttQos qos,
        MqttDeliverOptions? options = null,
        CancellationToken ct = default)
    {
        ct.ThrowIfCancellationRequested();
        CheckTopic(topic);
        if (Presences.Find(identity) is not { } presence) return MqttDelivery.NoSubscriber;

        var now = Time.GetUtcNow();
        var how = options ?? MqttDeliverOptions.Default;
        Publication? publication = null;
        DeliveryWatch? watch = null;
        HashSet<string>? served = null;
        foreach (var session in presence.Sessions)
        {
            if (session.Match(topic) is not { } subscription) continue;
            if (subscription.SharingScope is not null && !(served ??= []).Add(subscription.Filter)) continue;
            watch ??= new DeliveryWatch(now + how.Timeout);
            publication ??= new Publication(
                new MqttMessage { Topic = topic, Payload = payload, Qos = qos, Expiry = how.Expiry }, now);
            watch.Open();
            var copy = new Copy(publication, subscription.Limit(qos), Retain: false)
            {
                Identifiers = subscription.Identifiers,
                Watch = watch,
            };
            if (!session.Outbox.Offer(copy)) watch.Settle(MqttDelivery.NoSubscriber);
        }

        if (watch is null) return MqttDelivery.NoSubscriber;
        watch.Seal();
        if (!ct.CanBeCanceled) return await watch.Task;
        try
        {
            return await watch.Task.WaitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            watch.Abandon();
            return MqttDelivery.Lost;
        }
    }

    /// <summary>Publishes as the server: retained if the message says so, and queued at QoS 1 and 2 for lasting
    /// sessions that are away. Nothing that moves money should rely on that queue.</summary>
    public ValueTask PublishAsync(MqttMessage message)
    {
        CheckTopic(message.Topic);
        Router.Route(message, origin: null);
        return ValueTask.CompletedTask;
    }

    /// <summary>Closes all connections of an identity, for instance when its secret changed. Returns how
    /// many.</summary>
    public int Disconnect(string identity, MqttReason reason = MqttReason.AdministrativeAction)
    {
        var holders = (Presences.Find(identity)?.Sessions ?? []).Select(s => s.Holder).OfType<Connection>().ToList();
        foreach (var connection in holders) connection.Close(reason);
        return holders.Count;
    }

    /// <inheritdoc/>
    public void Dispose() => Meter.Dispose();

    /// <summary>Takes a new connection in; false if the house is full or closing, or the address has its share.</summary>
    internal bool Admit(Connection connection)
    {
        if (stopping || !addresses.TryEnter(connection.RemoteAddress))
        {
            Meter.Refused.Add(1);
            return false;
        }

        if (Interlocked.Increment(ref connectionCount) > Options.MaxConnections)
        {
            Interlocked.Decrement(ref connectionCount);
            addresses.Leave(connection.RemoteAddress);
            Meter.Refused.Add(1);
            return false;
        }

        connections[connection.Id] = connection;
        Meter.Connections.Add(1);
        if (stopping) connection.Close(MqttReason.ServerShuttingDown);
        return true;
    }

    internal void Leave(Connection connection)
    {
        if (!connections.TryRemove(connection.Id, out _)) return;
        Interlocked.Decrement(ref connectionCount);
        addresses.Leave(connection.RemoteAddress);
        Meter.Connections.Add(-1);
    }

    /// <summary>A client's message: the server first, then the subscribers. Returns how many took it.</summary>
    internal async ValueTask<int> AcceptAsync(MqttPeer peer, Session? origin, MqttMessage message)
    {
        await Gate.OnPublishAsync(peer, message, CancellationToken.None);
        Meter.MessagesIn.Add(1);
        return Router.Route(message, origin);
    }

    /// <summary>Publishes the will of a client that is gone. There is nobody to tell if that fails.</summary>
    internal async ValueTask AcceptWillAsync(MqttPeer peer, MqttMessage will)
    {
        try
        {
            await AcceptAsync(peer, origin: null, will);
        }
        catch (Exception e)
        {
            Log.LogError(e, "The will of {Peer} could not be published", peer);
        }
    }

    /// <summary>Looks at every deadline once.</summary>
    internal async ValueTask SweepAsync()
    {
        var now = Time.GetUtcNow();
        foreach (var (_, connection) in connections)
        {
            var silence = now - connection.LastHeard;
            if (connection.Established)
            {
                if (silence > connection.IdleLimit) connection.Close(MqttReason.KeepAliveTimeout);
                else if (connection.CutIfStuck(now, Options.WriteTimeout)) Meter.SlowConsumers.Add(1);
            }
            else if (silence > Options.ConnectTimeout)
            {
                connection.Abort();
            }
        }

        foreach (var will in Sessions.Sweep(now)) await AcceptWillAsync(will.Peer, will.Message);
    }

    internal void ExpireRetained() => retained.Expire(Time.GetUtcNow());

    /// <summary>Says goodbye to everybody.</summary>
    internal void Stop()
    {
        stopping = true;
        foreach (var (_, connection) in connections) connection.Close(MqttReason.ServerShuttingDown);
    }

    private static void CheckTopic(string topic)
    {
        if (!TopicName.IsValid(topic)) throw new ArgumentException($"'{topic}' is not a topic name.", nameof(topic));
    }
}
