using Automat.Mqtt;
using Automat.Mqtt.Client;

namespace Automat.Server.Machines.Outside;

/// <summary>
/// One stay at somebody else's broker: two connections, one that listens and one that speaks. The listening one has a session
/// there, so that nothing is missed between two stays; the speaking one has none, so that nothing it said is ever said again.
/// It ends when either is lost.
/// </summary>
internal sealed class OutsideLink : IAsyncDisposable
{
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly OutsideBrokerOptions options;
    private readonly MqttClient listener;
    private readonly MqttClient speaker;
    private bool shared;

    private OutsideLink(
        OutsideBrokerOptions options, Func<MqttMessage, CancellationToken, ValueTask> heard, TimeProvider clock, ILogger log)
    {
        this.options = options;
        var common = new MqttClientOptions
        {
            Host = options.Host,
            Port = options.Port,
            Tls = options.NewTls(),
            Version = options.Version,
            UserName = options.UserName,
            Password = options.Password,
            KeepAlive = TimeSpan.FromSeconds(30),
            MaxWaiting = options.MaxWaiting,
            MaxPending = options.MaxWaiting,
            Time = clock,
            Log = log,
            ConnectionChanged = up =>
            {
                if (!up) ended.TrySetResult();
            },
        };
        listener = new MqttClient(common with
        {
            ClientId = options.ClientId,
            CleanStart = false,
            SessionExpiry = options.SessionExpiry,
            Handler = async (received, ct) =>
            {
                try
                {
                    await heard(received.Message, ct);
                }
                catch
                {
                    // Not acknowledged, it comes again with the next stay.
                    Cut();
                    throw;
                }
            },
        });
        speaker = new MqttClient(common with { ClientId = options.ClientId + "-out" });
    }

    /// <summary>Completes when a connection was lost.</summary>
    public Task Ended => ended.Task;

    public bool IsUp => !ended.Task.IsCompleted && listener.IsConnected && speaker.IsConnected;

    /// <summary>Whether the broker shares messages among the members of a group.</summary>
    public bool Shares => shared;

    /// <summary>Connects both.</summary>
    /// <exception cref="MqttRefusedException">The broker said no.</exception>
    /// <exception cref="MqttDisconnectedException">It is not there.</exception>
    public static async Task<OutsideLink> OpenAsync(
        OutsideBrokerOptions options, Func<MqttMessage, CancellationToken, ValueTask> heard, TimeProvider clock, ILogger log,
        CancellationToken ct)
    {
        var link = new OutsideLink(options, heard, clock, log);
        try
        {
            await link.speaker.ConnectAsync(ct);
            var connected = await link.listener.ConnectAsync(ct);
            link.shared = options.Version is MqttVersion.V5 && connected.SharedAvailable;
            return link;
        }
        catch
        {
            await link.DisposeAsync();
            throw;
        }
    }

    /// <summary>Subscribes, shared with the other nodes where one of them is enough and the broker can.</summary>
    public async Task SubscribeAsync(IReadOnlyList<OutsideFilter> filters, CancellationToken ct)
    {
        foreach (var (filter, everyNode) in filters)
        {
            var wanted = shared && !everyNode ? $"$share/{OutsideBrokerOptions.Group}/{filter}" : filter;
            var answer = await listener.SubscribeAsync(wanted, MqttQos.AtLeastOnce, ct);
            if (answer is MqttReason.SharedSubscriptionsNotSupported)
            {
                shared = false;
                answer = await listener.SubscribeAsync(filter, MqttQos.AtLeastOnce, ct);
            }

            if (answer >= MqttReason.Unspecified)
                throw new MqttDisconnectedException($"The broker refused the subscription to '{filter}': {answer}.", answer);
        }
    }

    /// <summary>Says something once; the broker's answer.</summary>
    public Task<MqttReason> SayAsync(MqttMessage message, CancellationToken ct) => speaker.PublishAsync(message, ct);

    /// <summary>Ends the stay.</summary>
    public void Cut()
    {
        ended.TrySetResult();
        listener.Cut();
        speaker.Cut();
    }

    public async ValueTask DisposeAsync()
    {
        ended.TrySetResult();
        await speaker.DisposeAsync();
        await listener.DisposeAsync();
    }
}
