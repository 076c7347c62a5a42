using System.Text;
using Automat.Mqtt.Protocol;
using Microsoft.Extensions.Logging;

namespace Automat.Mqtt.Client;

/// <summary>One accepted connection: reads, answers, keeps it alive.</summary>
internal sealed class ClientSession
{
    private readonly MqttClientOptions options;
    private readonly PendingAnswers pending;
    private readonly ClientInbox inbox;
    private readonly ReceivedOnce once;
    private readonly ClientLink link;
    private readonly ReceivedAliases aliases;

    private ClientSession(
        MqttClientOptions options,
        PendingAnswers pending,
        ClientInbox inbox,
        ReceivedOnce once,
        ClientLink link,
        MqttConnected connected)
    {
        this.options = options;
        this.pending = pending;
        this.inbox = inbox;
        this.once = once;
        this.link = link;
        aliases = new ReceivedAliases(options.MaxTopicAliases);
        Connected = connected;
        if (options.UseTopicAliases) link.AllowAliases(Math.Min(connected.TopicAliasMaximum, MaxGivenAliases));
        if (!connected.SessionPresent) once.Clear();
        Ended = RunAsync();
    }

    /// <summary>More would cost memory for topics that may never come again.</summary>
    private const int MaxGivenAliases = 256;

    public MqttConnected Connected { get; }

    /// <summary>Completes when the connection is gone; never fails.</summary>
    public Task Ended { get; }

    public MqttReason? BrokerSaid { get; private set; }

    public static async Task<ClientSession> OpenAsync(
        MqttClientOptions options,
        bool cleanStart,
        PendingAnswers pending,
        ClientInbox inbox,
        ReceivedOnce once,
        CancellationToken ct)
    {
        var opened = await ClientLink.OpenAsync(options, ct);
        try
        {
            await opened.SendAsync(Introduction(options, cleanStart));
            if (await opened.ReadAsync(ct) is not ConnAckPacket answer)
                throw new MqttDisconnectedException("The broker did not answer CONNECT.");
            if (answer.Code != 0)
                throw new MqttRefusedException(
                    answer.Code, $"The broker refused the connection with 0x{answer.Code:X2}. {answer.ReasonString}");
            return new ClientSession(options, pending, inbox, once, opened, Read(options, answer));
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    public async ValueTask<MqttReason> SendAsync(Publication publication)
    {
        var head = new PublishHead(MqttQos.AtMostOnce, 0, false, publication.Message.Retain);
        if (ObjectionTo(publication, head) is { } objection) return objection;
        await link.SendAsync(publication, head);
        return MqttReason.Success;
    }

    /// <summary>Sends pending messages as far as the broker's window allows.</summary>
    public async ValueTask PumpAsync()
    {
        while (!Ended.IsCompleted && pending.TakeNext(Connected.ReceiveMaximum) is { } next)
        {
            if (next.Released)
            {
                await link.SendAsync(new AckPacket(PacketType.PubRel, next.Id));
                continue;
            }

            var message = next.Publication.Message;
            var head = new PublishHead(message.Qos, next.Id, next.Duplicate, message.Retain);
            if (ObjectionTo(next.Publication, head) is { } objection) pending.Complete(next.Id, objection);
            else await link.SendAsync(next.Publication, head);
        }
    }

    /// <summary>What the broker said it doesn't offer.</summary>
    public MqttReason? ObjectionTo(MqttSubscription subscription)
    {
        if (subscription.Identifier is not null && !Connected.SubscriptionIdentifierAvailable)
            return MqttReason.SubscriptionIdentifiersNotSupported;
        var shared = subscription.Filter.StartsWith("$share/", StringComparison.Ordinal);
        if (shared && !Connected.SharedAvailable) return MqttReason.SharedSubscriptionsNotSupported;
        return subscription.Filter.AsSpan().IndexOfAny('+', '#') >= 0 && !Connected.WildcardAvailable
            ? MqttReason.WildcardSubscriptionsNotSupported
            : null;
    }

    public async Task<MqttReason> SubscribeAsync(MqttSubscription subscription, CancellationToken ct)
    {
        var request = new SubscribeRequest(
            subscription.Filter,
            subscription.Qos,
            subscription.NoLocal,
            subscription.RetainAsPublished,
            subscription.RetainHandling);
        var codes = await AskAsync(
            id => new SubscribePacket
            {
                PacketId = id,
                Requests = [request],
                SubscriptionIdentifier = subscription.Identifier,
            },
            ct);
        return codes[0];
    }

    public Task UnsubscribeAsync(string filter, CancellationToken ct) =>
        AskAsync(id => new UnsubscribePacket { PacketId = id, Filters = [filter] }, ct);

    public async Task GoodbyeAsync(MqttReason reason, TimeSpan? sessionExpiry = null, string? why = null)
    {
        await link.SendAsync(new DisconnectPacket
        {
            Reason = reason,
            SessionExpiry = sessionExpiry is { } expiry ? Seconds(expiry) : null,
            ReasonString = why,
        });
        await link.FlushAsync();
        link.Abort();
        await Ended;
    }

    public void Cut() => link.Abort();

    private static ConnectPacket Introduction(MqttClientOptions options, bool cleanStart) => new()
    {
        Version = options.Version,
        CleanStart = cleanStart,
        KeepAlive = (ushort)Math.Clamp(options.KeepAlive.TotalSeconds, 0, ushort.MaxValue),
        ClientId = options.ClientId,
        UserName = options.UserName,
        Password = options.Password is { } password ? Encoding.UTF8.GetBytes(password) : null,
        Will = options.Will,
        Properties = new MqttProperties
        {
            SessionExpiry = options.SessionExpiry > TimeSpan.Zero ? Seconds(options.SessionExpiry) : null,
            ReceiveMaximum = (ushort)Math.Clamp(options.MaxWaiting, 1, ushort.MaxValue),
            MaximumPacketSize = (uint)options.MaxPacketSize,
            TopicAliasMaximum = options.MaxTopicAliases > 0 ? (ushort)options.MaxTopicAliases : null,
            RequestResponseInformation = options.RequestResponseInformation ? true : null,
            RequestProblemInformation = options.RequestProblemInformation ? null : false,
            UserProperties = options.UserProperties.Count > 0 ? [.. options.UserProperties] : null,
        },
    };

    private static uint Seconds(TimeSpan time) => (uint)Math.Clamp(time.TotalSeconds, 0, uint.MaxValue);

    private static MqttConnected Read(MqttClientOptions options, ConnAckPacket answer) => new(
        answer.SessionPresent,
        answer.Properties.AssignedClientId ?? options.ClientId,
        answer.Properties.ServerKeepAlive is { } seconds ? TimeSpan.FromSeconds(seconds) : options.KeepAlive,
        (MqttQos)(answer.Properties.MaximumQos ?? 2),
        answer.Properties.ReceiveMaximum ?? ushort.MaxValue)
    {
        SessionExpiry = answer.Properties.SessionExpiry is { } expiry ? TimeSpan.FromSeconds(expiry) : null,
        MaximumPacketSize = answer.Properties.MaximumPacketSize ?? uint.MaxValue,
        TopicAliasMaximum = answer.Properties.TopicAliasMaximum ?? 0,
        RetainAvailable = answer.Properties.RetainAvailable ?? true,
        WildcardAvailable = answer.Properties.WildcardAvailable ?? true,
        SubscriptionIdentifierAvailable = answer.Properties.SubscriptionIdentifierAvailable ?? true,
        SharedAvailable = answer.Properties.SharedAvailable ?? true,
        ResponseInformation = answer.Properties.ResponseInformation,
    };

    private MqttReason? ObjectionTo(Publication publication, in PublishHead head)
    {
        if (head.Qos > Connected.MaximumQos) return MqttReason.QosNotSupported;
        if (head.Retain && !Connected.RetainAvailable) return MqttReason.RetainNotSupported;
        return PublishEncoder.SizeOf(publication, head, options.Version) > Connected.MaximumPacketSize
            ? MqttReason.PacketTooLarge
            : null;
    }

    private async Task<IReadOnlyList<MqttReason>> AskAsync(Func<ushort, Packet> ask, CancellationToken ct)
    {
        var (id, answer) = pending.AddRequest();
        try
        {
            await link.SendAsync(ask(id));
            return await answer.WaitAsync(options.Timeout, options.Time, ct);
        }
        catch (TimeoutException e)
        {
            throw new MqttDisconnectedException("The broker did not answer in time.", inner: e);
        }
        finally
        {
            pending.ForgetRequest(id);
        }
    }

    private async Task RunAsync()
    {
        // The constructor goes on first, so that Ended is there for whoever looks.
        await Task.Yield();
        using var ended = new CancellationTokenSource();
        var pinging = PingAsync(ended.Token);
        try
        {
            while (await link.ReadAsync(CancellationToken.None) is { } packet) await HandleAsync(packet);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
        {
            options.Log.LogDebug(e, "The connection to {Host}:{Port} is gone", options.Host, options.Port);
        }
        catch (MqttProtocolException e)
        {
            options.Log.LogWarning(e, "The broker {Host}:{Port} broke the protocol", options.Host, options.Port);
            if (options.Version is MqttVersion.V5) await SayWhyAsync(e);
        }

        await ended.CancelAsync();
        await pinging;
        await link.DisposeAsync();
    }

    private async ValueTask HandleAsync(Packet packet)
    {
        switch (packet)
        {
            case PublishPacket publish:
                await ReceiveAsync(publish);
                break;
            case AckPacket ack:
                await AcknowledgeAsync(ack);
                break;
            case SubAckPacket ack:
                pending.Answer(ack.PacketId, ack.Codes);
                break;
            case PingPacket { Type: PacketType.PingResp }:
                break;
            case DisconnectPacket disconnect when options.Version is MqttVersion.V5:
                BrokerSaid = disconnect.Reason;
                break;
            default:
                throw MqttProtocolException.Forbidden($"{packet.Type} is not expected from a broker now.");
        }
    }

    private async ValueTask AcknowledgeAsync(AckPacket ack)
    {
        switch (ack.Type)
        {
            case PacketType.PubRec when ack.Reason < MqttReason.Unspecified:
                var known = pending.Received(ack.PacketId);
                await link.SendAsync(new AckPacket(
                    PacketType.PubRel, ack.PacketId, known ? MqttReason.Success : MqttReason.PacketIdNotFound));
                break;
            case PacketType.PubRel:
                var held = once.Release(ack.PacketId);
                await link.SendAsync(new AckPacket(
                    PacketType.PubComp, ack.PacketId, held ? MqttReason.Success : MqttReason.PacketIdNotFound));
                break;
            default:
                pending.Complete(ack.PacketId, ack.Reason);
                await PumpAsync();
                break;
        }
    }

    private async ValueTask ReceiveAsync(PublishPacket packet)
    {
        var message = packet.Message;
        if (packet.TopicAlias is { } alias) message = message with { Topic = aliases.Resolve(alias, message.Topic) };
        var received = message.Qos switch
        {
            MqttQos.AtMostOnce => new MqttReceived(message, packet.Duplicate, packet.SubscriptionIdentifiers, null),
            MqttQos.AtLeastOnce => new MqttReceived(
                message,
                packet.Duplicate,
                packet.SubscriptionIdentifiers,
                () => link.SendAsync(new AckPacket(PacketType.PubAck, packet.PacketId))),
            MqttQos.ExactlyOnce => await ReceiveOnceAsync(packet, message),
        };
        if (received is null || await inbox.PutAsync(received)) return;
        received.Fail();
        throw TooMany();
    }

    /// <summary>Null if it came before.</summary>
    private async ValueTask<MqttReceived?> ReceiveOnceAsync(PublishPacket packet, MqttMessage message)
    {
        var id = packet.PacketId;
        if (!await once.ArriveAsync(id, link)) return null;
        if (once.Exceeds(options.MaxWaiting, link))
        {
            once.Fail(id);
            throw TooMany();
        }

        return new MqttReceived(
            message,
            packet.Duplicate,
            packet.SubscriptionIdentifiers,
            () => once.HandledAsync(id),
            () => once.Fail(id));
    }

    private static MqttProtocolException TooMany() =>
        new(MqttReason.ReceiveMaximumExceeded, "The broker sends more than we can take.");

    private async ValueTask SayWhyAsync(MqttProtocolException error)
    {
        var reason = ReasonCodes.IsAllowed(PacketType.Disconnect, error.Reason)
            ? error.Reason
            : MqttReason.ProtocolError;
        await link.SendAsync(new DisconnectPacket { Reason = reason, ReasonString = error.Message });
        await link.FlushAsync();
    }

    /// <summary>A sign of life when there was none for half the keep-alive; the end when the broker gives
    /// none.</summary>
    private async Task PingAsync(CancellationToken ct)
    {
        if (Connected.KeepAlive < TimeSpan.FromSeconds(1)) return;
        using var timer = new PeriodicTimer(Connected.KeepAlive / 4, options.Time);
        try
        {
            while (await timer.WaitForNextTickAsync(ct))
            {
                if (options.Time.GetElapsedTime(link.LastReceived) > Connected.KeepAlive * 1.5) link.Abort();
                else if (options.Time.GetElapsedTime(link.LastSent) >= Connected.KeepAlive / 2
                    || options.Time.GetElapsedTime(link.LastReceived) >= Connected.KeepAlive / 2)
                    await link.SendAsync(PingPacket.Request);
            }
        }
        catch (OperationCanceledException)
        {
            // The connection ended.
        }
    }
}
