using System.Text.Json;
using Automat.Mqtt;
using Automat.Mqtt.Client;
using Microsoft.Extensions.Logging;

namespace Automat.Simulator;

/// <summary>How a simulated cabinet behaves.</summary>
public sealed record CabinetOptions
{
    /// <summary>Where the MQTT endpoint is.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>Its port.</summary>
    public required int Port { get; init; }

    /// <summary>The machine's id, also its user name.</summary>
    public required string Machine { get; init; }

    /// <summary>Its secret.</summary>
    public required string Secret { get; init; }

    /// <summary>Whether it says which pulses it has taken.</summary>
    public bool Acknowledges { get; init; } = true;

    /// <summary>How long a credit lasts.</summary>
    public TimeSpan PlaysFor { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}

/// <summary>
/// An arcade cabinet as it stands in a hall: takes coin pulses over MQTT, plays its credits, says when the game is over. A
/// pulse heard twice adds its credits once.
/// </summary>
public sealed class CabinetSimulator : IAsyncDisposable
{
    private readonly CabinetOptions options;
    private readonly ILogger log;
    private readonly MqttClient client;
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim creditsAdded = new(0);
    private Task running = Task.CompletedTask;

    /// <summary>Makes a cabinet that is switched off.</summary>
    public CabinetSimulator(CabinetOptions options, ILogger log)
    {
        this.options = options;
        this.log = log;
        client = new MqttClient(new MqttClientOptions
        {
            Host = options.Host,
            Port = options.Port,
            UserName = options.Machine,
            Password = options.Secret,
            ClientId = $"{options.Machine}-cabinet",
            Version = MqttVersion.V311,
            KeepAlive = TimeSpan.FromSeconds(15),
            Reconnect = MqttReconnect.Default,
            Handler = HandleAsync,
            Time = options.Time,
        });
    }

    /// <summary>All credits it ever added.</summary>
    public int Credits { get; private set; }

    /// <summary>Switches it on; it keeps connecting until it is switched off.</summary>
    public void Start() => running = Task.WhenAll(ConnectAsync(), PlayAsync());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        try
        {
            await running;
        }
        catch (OperationCanceledException)
        {
            // Switched off.
        }

        await client.DisposeAsync();
        stopping.Dispose();
        creditsAdded.Dispose();
    }

    private string Topic(string what) => $"arcade/machine/{options.Machine}/{what}";

    private async Task ConnectAsync()
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await client.ConnectAsync(stopping.Token);
                await client.SubscribeAsync(Topic("coinpulse"), ct: stopping.Token);
                return; // from here on the client reconnects by itself
            }
            catch (Exception error) when (error is not OperationCanceledException)
            {
                log.LogWarning("Simulated cabinet {Machine} cannot connect: {Reason}", options.Machine, error.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), options.Time, stopping.Token);
            }
        }
    }

    private async ValueTask HandleAsync(MqttReceived received, CancellationToken ct)
    {
        using var json = JsonDocument.Parse(received.Message.Payload);
        var pulse = json.RootElement;
        if (pulse.GetProperty("machineId").GetString() != options.Machine) return;
        var id = pulse.TryGetProperty("id", out var given) ? given.GetString() : null;
        if (id is null || taken.Add(id))
        {
            Credits += pulse.GetProperty("credits").GetInt32();
            log.LogInformation("Simulated cabinet {Machine} got {Credits} credits", options.Machine,
                pulse.GetProperty("credits").GetInt32());
            creditsAdded.Release(pulse.GetProperty("credits").GetInt32());
        }

        if (id is null || !options.Acknowledges) return;
        await client.PublishAsync(
            new MqttMessage
            {
                Topic = Topic("ack"),
                Payload = JsonSerializer.SerializeToUtf8Bytes(new { id }),
                Qos = MqttQos.AtLeastOnce,
            }, ct);
    }

    private async Task PlayAsync()
    {
        while (true)
        {
            await creditsAdded.WaitAsync(stopping.Token);
            do
            {
                await Task.Delay(options.PlaysFor, options.Time, stopping.Token);
            }
            while (creditsAdded.Wait(0));

            await GameOverAsync();
        }
    }

    private async Task GameOverAsync()
    {
        var text = $$"""{"machineId": "{{options.Machine}}", "status": "game_over", "timestamp": "{{options.Time.GetUtcNow():yyyy-MM-dd'T'HH:mm:ss'Z'}}"}""";
        try
        {
            await client.PublishAsync(
                new MqttMessage
                {
                    Topic = Topic("gameover"),
                    Payload = System.Text.Encoding.UTF8.GetBytes(text),
                    Qos = MqttQos.AtLeastOnce,
                }, stopping.Token);
        }
        catch (MqttDisconnectedException)
        {
            // The game is over all the same; the attract screen notices by itself.
        }
    }
}
