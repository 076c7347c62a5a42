using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Automat.Mqtt.Client;

/// <summary>Received messages between the network and the application. Never holds the network back: the answers to
/// what a handler sends come the same way.</summary>
internal sealed class ClientInbox : IAsyncDisposable
{
    private readonly MqttClientOptions options;
    private readonly Channel<MqttReceived> channel;
    private readonly CancellationTokenSource stop = new();
    private readonly Task handling;

    public ClientInbox(MqttClientOptions options)
    {
        this.options = options;
        channel = Channel.CreateBounded<MqttReceived>(options.MaxWaiting);
        handling = options.Handler is { } handler ? HandleAsync(handler) : Task.CompletedTask;
    }

    public ChannelReader<MqttReceived> Messages => channel.Reader;

    /// <summary>False if a message of QoS 1 or 2 has no room; a QoS 0 message is dropped then.</summary>
    public async ValueTask<bool> PutAsync(MqttReceived received)
    {
        if (!channel.Writer.TryWrite(received)) return received.Message.Qos is MqttQos.AtMostOnce;
        if (options.Handler is null && !options.ManualAck) await received.AckAsync();
        return true;
    }

    public void Complete() => channel.Writer.TryComplete();

    public async ValueTask DisposeAsync()
    {
        Complete();
        await stop.CancelAsync();
        await handling;
        stop.Dispose();
    }

    private async Task HandleAsync(Func<MqttReceived, CancellationToken, ValueTask> handler)
    {
        try
        {
            await foreach (var received in channel.Reader.ReadAllAsync(stop.Token))
            {
                try
                {
                    await handler(received, stop.Token);
                    await received.AckAsync();
                }
                catch (Exception e) when (!stop.IsCancellationRequested)
                {
                    received.Fail();
                    options.Log.LogError(e, "The handler failed on {Topic}", received.Message.Topic);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }
}
