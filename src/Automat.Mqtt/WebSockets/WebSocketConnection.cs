using System.IO.Pipelines;
using System.Net;
using System.Net.WebSockets;
using Automat.Mqtt.Broker;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Automat.Mqtt.WebSockets;

/// <summary>A WebSocket as a connection of bytes: what the broker writes leaves in binary frames, and where frames begin
/// and end says nothing about packets (MQTT 5.0, section 6). A text frame ends it.</summary>
internal sealed class WebSocketConnection : ConnectionContext
{
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromSeconds(5);

    private readonly WebSocket socket;
    private readonly ILogger log;
    private readonly TimeProvider time;
    private readonly Pipe incoming = new(new PipeOptions(useSynchronizationContext: false));
    private readonly Pipe outgoing = new(new PipeOptions(useSynchronizationContext: false));
    private readonly CancellationTokenSource closed = new();

    public WebSocketConnection(WebSocket socket, string id, EndPoint? remote, TimeProvider time, ILogger log)
    {
        this.socket = socket;
        this.time = time;
        this.log = log;
        ConnectionId = id;
        RemoteEndPoint = remote;
        ConnectionClosed = closed.Token;
        Transport = new Sides(incoming.Reader, outgoing.Writer);
        Features.Set(new MqttEntrance(MqttTransport.WebSocket));
    }

    public override string ConnectionId { get; set; }

    public override IFeatureCollection Features { get; } = new FeatureCollection();

    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    public override IDuplexPipe Transport { get; set; }

    /// <summary>Serves it until both ends have said goodbye, or one is gone.</summary>
    public async Task RunAsync(Func<ConnectionContext, Task> serve)
    {
        var receiving = ReceiveAsync();
        var sending = SendAsync();
        var serving = ServeAsync(serve);
        await sending;
        try
        {
            await receiving.WaitAsync(CloseTimeout, time);
        }
        catch (TimeoutException)
        {
            socket.Abort();
            await receiving;
        }

        await closed.CancelAsync();
        await serving;
        closed.Dispose();
    }

    public override void Abort(ConnectionAbortedException abortReason) => socket.Abort();

    private async Task ServeAsync(Func<ConnectionContext, Task> serve)
    {
        try
        {
            await serve(this);
        }
        finally
        {
            await Transport.Input.CompleteAsync();
            await Transport.Output.CompleteAsync();
        }
    }

    private async Task ReceiveAsync()
    {
        Exception? error = null;
        try
        {
            while (true)
            {
                // No buffer is held while nothing comes.
                if ((await socket.ReceiveAsync(Memory<byte>.Empty, default)).MessageType is not WebSocketMessageType.Binary
                    && !await IsBinaryAsync())
                {
                    break;
                }

                var received = await socket.ReceiveAsync(incoming.Writer.GetMemory(), default);
                if (received.MessageType is not WebSocketMessageType.Binary && !await IsBinaryAsync()) break;
                incoming.Writer.Advance(received.Count);
                var flush = await incoming.Writer.FlushAsync();
                // Nobody listens any more: what still comes is only waited for until the other side closes.
                if (flush.IsCompleted && socket.State is not (WebSocketState.Open or WebSocketState.CloseSent)) break;
            }
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException
            or ObjectDisposedException or InvalidOperationException)
        {
            log.LogDebug(e, "{Connection} went without a word", ConnectionId);
            error = new ConnectionAbortedException("The WebSocket is gone.", e);
        }

        await incoming.Writer.CompleteAsync(error);
    }

    /// <summary>Called for what is not a binary frame: a goodbye, or text, which MQTT does not have.</summary>
    private async Task<bool> IsBinaryAsync()
    {
        if (socket.State is WebSocketState.Open)
        {
            log.LogInformation("{Connection} sent text", ConnectionId);
            await socket.CloseOutputAsync(
                WebSocketCloseStatus.InvalidMessageType, "MQTT speaks in binary frames.", default);
        }

        return false;
    }

    private async Task SendAsync()
    {
        try
        {
            while (true)
            {
                var read = await outgoing.Reader.ReadAsync();
                foreach (var segment in read.Buffer)
                    await socket.SendAsync(segment, WebSocketMessageType.Binary, endOfMessage: true, default);
                outgoing.Reader.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }

            if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
                await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, default);
        }
        catch (Exception e) when (e is WebSocketException or IOException or OperationCanceledException
            or ObjectDisposedException or InvalidOperationException)
        {
            log.LogDebug(e, "{Connection} takes nothing any more", ConnectionId);
        }

        await outgoing.Reader.CompleteAsync();
    }

    private sealed record Sides(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
