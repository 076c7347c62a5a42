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
    private readonly ClientLink link;

    private ClientSession(
        MqttClientOptions options, PendingAnswers pending, ClientInbox inbox, ClientLink link, MqttConnected connected)
    {
        this.options = options;
        this.pending = pending;
        this.inbox = inbox;
        this.link = link;
        Connected = connected;
        Ended = RunAsync();
    }

    public MqttConnected Connected { get; }

    /// <summary>Completes when the connection is gone; never fails.</summary>
    public Task Ended { get; }

    public MqttReason? BrokerSaid { get; private set; }

    public static async Task<ClientSession> OpenAsync(
        MqttClientOptions options, bool cleanStart, PendingAnswers pending, ClientInbox inbox, CancellationToken ct)
    {
        var opened = await ClientLink.OpenAsync(options, ct);
        try
        {
            await opened.SendAsync(Introduction(options, cleanStart));
            if (await opened.ReadAsync(ct) is not ConnAckPacket answer)
                throw new MqttDisconnectedException("The broker did not answer CONNECT.");
            if (answer.Code != 0)
                throw new MqttRefusedException(
                    answer.Code, $"The broker refused the connection with 0x{answer.Code:X2}.");
            return new ClientSession(options, pending, inbox, opened, Read(options, answer));
        }
        catch
        {
            await opened.DisposeAsync();
            throw;
        }
    }

    public ValueTask SendAsync(Publication publication) =>
        link.SendAsync(publication, new PublishHead(MqttQos.AtMostOnce, 0, false, publication.Message.Retain));

    /// <summary>Sends pending messages as far as the broker's window allows.</summary>
    public async ValueTask PumpAsync()
    {
        while (!Ended.IsCompleted && pending.TakeNext(Connected.ReceiveMaximum) is { } next)
        {
            var head = new PublishHead(MqttQos.AtLeastOnce, next.Id, next.Duplicate, next.Publication.Message.Retain);
            await link.SendAsync(next.Publication, head);
        }
    }

    public Task<IReadOnlyList<MqttReason>> SubscribeAsync(
        IReadOnlyList<SubscribeRequest> requests, CancellationToken ct) =>
        AskAsync(id => new SubscribePacket { PacketId = id, Requests = requests }, ct);

    public Task UnsubscribeAsync(string filter, CancellationToken ct) =>
        AskAsync(id => new UnsubscribePacket { PacketId = id, Filters = [filter] }, ct);

    public async Task GoodbyeAsync(MqttReason reason)
    {
        await link.SendAsync(new DisconnectPacket { Reason = reason });
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
            SessionExpiry = options.SessionExpiry > TimeSpan.Zero
                ? (uint)Math.Min(options.SessionExpiry.TotalSeconds, uint.MaxValue)
                : null,
            ReceiveMaximum = (ushort)Math.Clamp(options.MaxWaiting, 1, ushort.MaxValue),
            MaximumPacketSize = (uint)options.MaxPacketSize,
        },
    };

    private static MqttConnected Read(MqttClientOptions options, ConnAckPacket answer) => new(
        answer.SessionPresent,
        answer.Properties.AssignedClientId ?? options.ClientId,
        answer.Properties.ServerKeepAlive is { } seconds ? TimeSpan.FromSeconds(seconds) : options.KeepAlive,
        (MqttQos)(answer.Properties.MaximumQos ?? 2),
        answer.Properties.ReceiveMaximum ?? ushort.MaxValue)
    {
        SharedAvailable = answer.Properties.SharedAvailable ?? true,
    };

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
            case AckPacket { Type: PacketType.PubAck } ack:
                pending.Acknowledge(ack.PacketId, ack.Reason);
                await PumpAsync();
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

    private async ValueTask ReceiveAsync(PublishPacket packet)
    {
        if (packet.TopicAlias is not null || packet.Message.Qos is MqttQos.ExactlyOnce)
            throw MqttProtocolException.Forbidden("The broker used what this client did not offer.");
        Func<ValueTask>? ack = packet.Message.Qos is MqttQos.AtLeastOnce
            ? () => link.SendAsync(new AckPacket(PacketType.PubAck, packet.PacketId))
            : null;
        if (!await inbox.PutAsync(new MqttReceived(packet.Message, packet.Duplicate, ack)))
            throw new MqttProtocolException(
                MqttReason.ReceiveMaximumExceeded, "The broker sends more than we can take.");
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
