using System.Buffers;
using System.IO.Pipelines;
using Automat.Mqtt.Protocol;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Automat.Mqtt.Broker;

/// <summary>The life of one connection: reads packets one after the other, and cleans up in the end. While it waits for
/// the next packet, one small state machine is all that is kept for it.</summary>
internal sealed class ConnectionLoop(MqttBroker broker, ConnectionContext transport, Connection connection)
{
    private Admission? admission;
    private Presence? presence;
    private PublishDesk? publishing;
    private MqttWill? will;
    private MqttReason? goodbye;

    public async Task RunAsync()
    {
        var input = transport.Transport.Input;
        try
        {
            while (await ReceiveAsync(await input.ReadAsync()))
            {
            }
        }
        catch (MqttProtocolException e)
        {
            broker.Log.LogInformation("{Peer} broke the protocol: {Reason}, {Message}", Who, e.Reason, e.Message);
            if (admission is null) new Handshake(broker, connection, transport.RemoteEndPoint).RefuseUnread(e);
            connection.Close(e.Reason, e.Message);
        }
        catch (Exception e) when (e is IOException or ConnectionAbortedException or OperationCanceledException)
        {
            broker.Log.LogDebug(e, "{Peer} went without a word", Who);
        }
        catch (Exception e)
        {
            broker.Log.LogError(e, "{Peer} had to be disconnected", Who);
            connection.Close(MqttReason.Unspecified);
        }
        finally
        {
            await EndAsync();
        }
    }

    private async Task EndAsync()
    {
        try
        {
            connection.Flush();
            if (admission is not null) await FarewellAsync(admission);
            connection.Finish();
            await LingerAsync();
        }
        finally
        {
            connection.Finish();
            broker.Leave(connection);
        }
    }

    /// <summary>Not made for who only listens.</summary>
    private PublishDesk Publishing => publishing ??= new PublishDesk(broker, connection, admission!);

    private string Who => admission?.Peer.ToString() ?? transport.ConnectionId;

    /// <summary>Handles what came; false if that was the end.</summary>
    private async ValueTask<bool> ReceiveAsync(ReadResult read)
    {
        if (read.IsCanceled) return false;
        var buffer = read.Buffer;
        if (admission is not null) Heard();

        var start = buffer.Length;
        while (TryDecode(ref buffer, out var packet))
        {
            await HandleAsync(packet);
            if (goodbye is not null || connection.ClosedBecause is not null) return false;
            if (admission is null) return false;
        }

        broker.Meter.BytesIn.Add(start - buffer.Length);
        transport.Transport.Input.AdvanceTo(buffer.Start, buffer.End);
        connection.Flush();
        if (read.IsCompleted) return false;
        await connection.ThrottleAsync();
        return true;
    }

    /// <summary>Lets the last bytes out, but not for ever: a client that doesn't read would hold the socket.</summary>
    private async Task LingerAsync()
    {
        await transport.Transport.Input.CompleteAsync();
        await transport.Transport.Output.CompleteAsync();
        try
        {
            await Task.Delay(broker.Options.LingerTimeout, broker.Time, transport.ConnectionClosed);
            transport.Abort();
        }
        catch (OperationCanceledException)
        {
            // Closed by itself.
        }
    }

    private bool TryDecode(ref ReadOnlySequence<byte> buffer, out Packet packet)
    {
        packet = PingPacket.Request;
        var limit = admission is null ? broker.Options.MaxConnectSize : broker.Options.MaxPacketSize;
        // Whoever does not begin with CONNECT is no client of ours: don't wait for the rest of it.
        if (admission is null && !buffer.IsEmpty && buffer.FirstSpan[0] != (byte)PacketType.Connect << 4)
            throw MqttProtocolException.Forbidden("The first packet is not CONNECT.");
        if (!FrameDecoder.TryRead(ref buffer, limit, out var header, out var body)) return false;
        if (admission is not null && header >> 4 == (byte)PacketType.Connect)
            throw MqttProtocolException.Forbidden("A second CONNECT.");
        packet = PacketDecoder.Decode(header, body, connection.Version);
        return true;
    }

    private void Heard()
    {
        var now = broker.Time.GetUtcNow();
        connection.LastHeard = now;
        presence?.Heard(now);
    }

    private ValueTask HandleAsync(Packet packet)
    {
        if (admission is null) return ConnectAsync((ConnectPacket)packet);

        switch (packet)
        {
            case PublishPacket publish:
                return Publishing.PublishAsync(publish);
            case AckPacket { Type: PacketType.PubRel } release:
                Publishing.Release(release);
                return ValueTask.CompletedTask;
            case AckPacket ack:
                admission.Session.Outbox.Acknowledge(ack);
                return ValueTask.CompletedTask;
            case SubscribePacket subscribe:
                return new SubscriptionDesk(broker, connection, admission).SubscribeAsync(subscribe);
            case UnsubscribePacket unsubscribe:
                new SubscriptionDesk(broker, connection, admission).Unsubscribe(unsubscribe);
                return ValueTask.CompletedTask;
            case PingPacket { Type: PacketType.PingReq }:
                connection.Send(PingPacket.Response);
                return ValueTask.CompletedTask;
            case DisconnectPacket disconnect:
                Disconnect(disconnect);
                return ValueTask.CompletedTask;
            default:
                throw MqttProtocolException.Forbidden($"{packet.Type} is not expected from a client now.");
        }
    }

    private async ValueTask ConnectAsync(ConnectPacket connect)
    {
        var handshake = new Handshake(broker, connection, transport.RemoteEndPoint);
        admission = await handshake.RunAsync(connect, transport.ConnectionClosed);
        connection.Flush();
        if (admission is null) return;

        var (peer, session, _) = admission;
        will = admission.Will;
        presence = broker.Presences.Of(peer.Identity.Name);
        presence.Add(session);
        Heard();
        await broker.Gate.OnConnectedAsync(peer, CancellationToken.None);
        string[] filters = [.. session.Subscriptions.Select(s => s.Filter)];
        if (filters.Length > 0) await broker.Gate.OnSubscribedAsync(peer, filters, CancellationToken.None);
    }

    private void Disconnect(DisconnectPacket packet)
    {
        var session = admission!.Session;
        if (packet.SessionExpiry > 0 && session.ExpiresAfter == TimeSpan.Zero)
            throw MqttProtocolException.Forbidden("A session that ends with the connection can't be prolonged.");

        goodbye = packet.Reason;
        if (packet.Reason is MqttReason.Success) will = null;
        if (packet.SessionExpiry is not { } seconds) return;
        var wanted = TimeSpan.FromSeconds(seconds);
        session.ExpiresAfter = wanted < broker.Options.MaxSessionExpiry ? wanted : broker.Options.MaxSessionExpiry;
        session.Outbox.Persistent = session.ExpiresAfter > TimeSpan.Zero;
    }

    private async ValueTask FarewellAsync(Admission who)
    {
        var (peer, session, _) = who;
        presence!.Remove(session);
        session.Outbox.Detach(connection);
        var reason = goodbye ?? connection.ClosedBecause ?? MqttReason.Unspecified;
        // Everybody is cut off when we go down: that says nothing about the machines.
        if (will is not null && reason is not MqttReason.ServerShuttingDown) await PublishWillAsync(who, will);
        try
        {
            await broker.Gate.OnDisconnectedAsync(peer, reason);
        }
        catch (Exception e)
        {
            broker.Log.LogError(e, "The server failed over the end of {Peer}", peer);
        }

        broker.Sessions.Release(session.Key, connection);
    }

    private async ValueTask PublishWillAsync(Admission who, MqttWill last)
    {
        var delay = last.Delay < who.Session.ExpiresAfter ? last.Delay : who.Session.ExpiresAfter;
        if (delay == TimeSpan.Zero) await broker.AcceptWillAsync(who.Peer, last.Message);
        else who.Session.Will = new DelayedWill(who.Peer, last.Message, broker.Time.GetUtcNow() + delay);
    }
}
