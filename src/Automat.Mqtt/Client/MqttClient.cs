using System.Collections.Concurrent;
using System.Threading.Channels;
using Automat.Mqtt.Protocol;

namespace Automat.Mqtt.Client;

/// <summary>A client for any MQTT 3.1.1 or 5.0 broker.</summary>
public sealed class MqttClient : IAsyncDisposable
{
    private readonly MqttClientOptions options;
    private readonly PendingAnswers pending;
    private readonly ClientInbox inbox;
    private readonly ReceivedOnce once = new();
    private readonly ConcurrentDictionary<string, MqttSubscription> subscriptions = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stop = new();
    private volatile ClientSession? session;
    private Task supervising = Task.CompletedTask;
    private bool disposed;

    /// <summary>Makes a client; <see cref="ConnectAsync"/> connects it.</summary>
    public MqttClient(MqttClientOptions options)
    {
        this.options = options;
        pending = new PendingAnswers(options.MaxPending);
        inbox = new ClientInbox(options);
    }

    /// <summary>True while there is an accepted connection.</summary>
    public bool IsConnected => session is { Ended.IsCompleted: false };

    /// <summary>Received messages, unless a handler takes them. Completes when the client gave up or was
    /// disposed.</summary>
    public ChannelReader<MqttReceived> Messages => inbox.Messages;

    /// <summary>Connects, once per client.</summary>
    /// <exception cref="MqttRefusedException">The broker said no.</exception>
    /// <exception cref="MqttDisconnectedException">It is not reachable, or did not answer properly or in
    /// time.</exception>
    public async Task<MqttConnected> ConnectAsync(CancellationToken ct = default)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (session is not null) throw new InvalidOperationException("This client was connected before.");
        var opened = await OpenAsync(options.CleanStart, ct);
        session = opened;
        options.ConnectionChanged?.Invoke(true);
        supervising = SuperviseAsync(opened);
        return opened.Connected;
    }

    /// <summary>Subscribes; the answer is the granted QoS or a refusal (0x80 and above). Accepted filters are
    /// subscribed again after a reconnect.</summary>
    public Task<MqttReason> SubscribeAsync(
        string filter, MqttQos qos = MqttQos.AtLeastOnce, CancellationToken ct = default) =>
        SubscribeAsync(new MqttSubscription(filter, qos), ct);

    /// <summary>Subscribes with the options of MQTT 5.0.</summary>
    /// <param name="filter">The topic filter.</param>
    /// <param name="qos">The best QoS to receive with.</param>
    /// <param name="noLocal">Don't send back what this client publishes.</param>
    /// <param name="retainAsPublished">Keep the retain flag on forwarded messages.</param>
    /// <param name="retainHandling">0 send retained messages, 1 only for a new subscription, 2 never.</param>
    /// <param name="ct">Ends the waiting.</param>
    public Task<MqttReason> SubscribeAsync(
        string filter,
        MqttQos qos,
        bool noLocal,
        bool retainAsPublished,
        byte retainHandling,
        CancellationToken ct = default) => SubscribeAsync(
            new MqttSubscription(filter, qos)
            {
                NoLocal = noLocal,
                RetainAsPublished = retainAsPublished,
                RetainHandling = retainHandling,
            },
            ct);

    /// <summary>Subscribes with everything MQTT 5.0 offers. What the broker said it doesn't offer isn't asked for; the
    /// answer is then the reason.</summary>
    public async Task<MqttReason> SubscribeAsync(MqttSubscription subscription, CancellationToken ct = default)
    {
        if (subscription is { RetainHandling: > 2 } or { Identifier: 0 or > 268_435_455 })
            throw new ArgumentException("Retain handling or identifier is out of range.", nameof(subscription));

        var live = Current();
        if (live.ObjectionTo(subscription) is { } objection) return objection;
        var code = await live.SubscribeAsync(subscription, ct);
        if (code < MqttReason.Unspecified) subscriptions[subscription.Filter] = subscription;
        return code;
    }

    /// <summary>Unsubscribes.</summary>
    public async Task UnsubscribeAsync(string filter, CancellationToken ct = default)
    {
        subscriptions.TryRemove(filter, out _);
        await Current().UnsubscribeAsync(filter, ct);
    }

    /// <summary>Publishes. At QoS 1 and 2 the task ends with the broker's last acknowledgement, across reconnects; the
    /// answer is <see cref="MqttReason.Success"/> or, in 5.0, what the broker said. At QoS 0 it ends at once. What the
    /// broker said it doesn't take isn't sent; the answer is then the reason.</summary>
    /// <exception cref="MqttDisconnectedException">No connection, and none will come (QoS 1 and 2: it may have
    /// arrived).</exception>
    public async Task<MqttReason> PublishAsync(MqttMessage message, CancellationToken ct = default)
    {
        if (!TopicName.IsValid(message.Topic))
            throw new ArgumentException($"'{message.Topic}' is not a topic name.", nameof(message));
        ct.ThrowIfCancellationRequested();

        var publication = new Publication(message, options.Time.GetUtcNow());
        if (message.Qos is MqttQos.AtMostOnce)
        {
            return await Current().SendAsync(publication);
        }

        if (options.Reconnect is null) Current();
        var entry = pending.Add(publication);
        if (session is { } live) await live.PumpAsync();
        if (supervising.IsCompleted) pending.FailPublishes(Gone(null));
        return await entry.Done.Task.WaitAsync(ct);
    }

    /// <summary>Says goodbye and closes. The client can't be used afterwards.</summary>
    /// <param name="reason">With <see cref="MqttReason.Success"/> the will is not published; with any other (5.0) it
    /// is.</param>
    /// <param name="sessionExpiry">Changes how long the session is kept (5.0); not possible if it was to end with the
    /// connection.</param>
    /// <param name="why">For the broker's log (5.0).</param>
    public async Task DisconnectAsync(
        MqttReason reason = MqttReason.Success, TimeSpan? sessionExpiry = null, string? why = null)
    {
        if (sessionExpiry > TimeSpan.Zero && options.SessionExpiry == TimeSpan.Zero)
            throw new ArgumentException("The session ends with the connection.", nameof(sessionExpiry));
        await stop.CancelAsync();
        if (session is { } live) await live.GoodbyeAsync(reason, sessionExpiry, why);
        await supervising;
    }

    /// <summary>Cuts the connection without a goodbye, as a machine that loses its power does. With
    /// <see cref="MqttClientOptions.Reconnect"/> it comes back.</summary>
    public void Cut() => session?.Cut();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (disposed) return;
        disposed = true;
        await DisconnectAsync();
        await inbox.DisposeAsync();
        stop.Dispose();
    }

    private static MqttDisconnectedException Gone(MqttReason? reason) => new(
        reason is null ? "The connection to the broker is gone." : $"The broker closed the connection: {reason}.",
        reason);

    private ClientSession Current() =>
        session is { Ended.IsCompleted: false } live ? live : throw Gone(session?.BrokerSaid);

    private async Task<ClientSession> OpenAsync(bool cleanStart, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct, stop.Token);
        limit.CancelAfter(options.Timeout);
        try
        {
            return await ClientSession.OpenAsync(options, cleanStart, pending, inbox, once, limit.Token);
        }
        catch (OperationCanceledException e) when (!ct.IsCancellationRequested)
        {
            throw new MqttDisconnectedException("The broker did not answer in time.", inner: e);
        }
        catch (Exception e) when (e is IOException or System.Net.Sockets.SocketException or MqttProtocolException)
        {
            throw new MqttDisconnectedException($"The broker can't be reached: {e.Message}", inner: e);
        }
    }

    /// <summary>Follows one connection after the other until told to stop.</summary>
    private async Task SuperviseAsync(ClientSession first)
    {
        var live = first;
        while (true)
        {
            await live.PumpAsync();
            await live.Ended;
            pending.FailRequests(Gone(live.BrokerSaid));
            options.ConnectionChanged?.Invoke(false);
            if (await ReconnectAsync() is not { } next) break;

            live = next;
            session = next;
            options.ConnectionChanged?.Invoke(true);
            // Who stops it between the connection and this line has said goodbye to the one before: either they see this
            // connection, or this sees that they stopped.
            if (stop.IsCancellationRequested) await live.GoodbyeAsync(MqttReason.Success);
        }

        pending.FailPublishes(Gone(live.BrokerSaid));
        inbox.Complete();
    }

    private async Task<ClientSession?> ReconnectAsync()
    {
        var pause = options.Reconnect?.First ?? TimeSpan.Zero;
        while (options.Reconnect is { } how && !stop.IsCancellationRequested)
        {
            ClientSession? next = null;
            try
            {
                var spread = 1 + (System.Security.Cryptography.RandomNumberGenerator.GetInt32(500) / 1000.0);
                await Task.Delay(pause * spread, options.Time, stop.Token);
                // A clean start is for the first time: whoever comes back wants what it missed, if there is any.
                next = await OpenAsync(options is { CleanStart: true, Version: MqttVersion.V311 }, stop.Token);
                pending.StartOver(next.Connected.SessionPresent);
                if (next.Connected.SessionPresent) return next;
                foreach (var subscription in subscriptions.Values) await next.SubscribeAsync(subscription, stop.Token);
                return next;
            }
            catch (Exception e)
                when (e is MqttRefusedException or MqttDisconnectedException or OperationCanceledException)
            {
                // Connected, and stopped before it had subscribed.
                if (next is not null) await next.GoodbyeAsync(MqttReason.Success);
                pause = pause * 2 < how.Longest ? pause * 2 : how.Longest;
            }
        }

        return null;
    }
}
