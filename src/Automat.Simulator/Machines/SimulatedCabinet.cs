using System.Text.Json;
using Automat.Mqtt;
using Automat.Mqtt.Client;
using Automat.Simulator.Faults;
using Automat.Simulator.Judging;
using Automat.Simulator.Running;
using Microsoft.Extensions.Logging;

namespace Automat.Simulator.Machines;

/// <summary>
/// An arcade cabinet as it stands in a hall: takes coin pulses over MQTT, plays its credits, says when the game is over. A
/// pulse heard twice adds its credits once, also when the power went in between.
/// </summary>
/// <param name="who">Which cabinet.</param>
/// <param name="world">What is around it.</param>
/// <param name="acknowledges">Whether it says which pulses it has taken; cabinets of old say nothing.</param>
public sealed class SimulatedCabinet(MachineIdentity who, Surroundings world, bool acknowledges = true) : ISimulatedMachine
{
    private static readonly TimeSpan Game = TimeSpan.FromSeconds(20);

    private readonly FaultPlan faults = new(world.Seed, who.Id, world.Weather);
    private readonly CancellationTokenSource stopping = new();
    private readonly SemaphoreSlim creditsAdded = new(0);

    /// <summary>Pulses that were taken or could not be; written down, so that the power may go.</summary>
    private readonly Dictionary<string, bool> memory = new(StringComparer.Ordinal);

    private readonly SemaphoreSlim powerCut = new(0);
    private volatile MqttClient? client;
    private int atWork;
    private int credits;
    private Task running = Task.CompletedTask;

    /// <inheritdoc/>
    public string Id => who.Id;

    /// <inheritdoc/>
    public bool IsOnline => client is { IsConnected: true };

    /// <inheritdoc/>
    public bool IsQuiet => Volatile.Read(ref atWork) == 0;

    /// <summary>All credits it ever added.</summary>
    public int Credits => Volatile.Read(ref credits);

    /// <inheritdoc/>
    public void Start() => running = Task.WhenAll(PowerAsync(), PlayAsync());

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.SwitchOffAsync(running);

        stopping.Dispose();
        creditsAdded.Dispose();
        powerCut.Dispose();
    }

    private string Topic(string what) => $"arcade/machine/{who.Id}/{what}";

    /// <summary>One life from power to power cut after the other.</summary>
    private async Task PowerAsync()
    {
        while (true)
        {
            await using var mine = new MqttClient(Options(who.Secret));
            client = mine;
            try
            {
                await ConnectAsync(mine);
                await powerCut.WaitAsync(stopping.Token);
                mine.Cut();
            }
            finally
            {
                client = null;
            }

            world.Figures.Add(Count.Restarts);
            await Task.Delay(faults.Between(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)), world.Time, stopping.Token);
        }
    }

    private MqttClientOptions Options(string secret) => new()
    {
        Host = world.Server.Host,
        Port = world.Server.MqttPort,
        UserName = who.Id,
        Password = secret,
        ClientId = $"{who.Id}-cabinet",
        Version = MqttVersion.V311,
        KeepAlive = TimeSpan.FromSeconds(15),
        Reconnect = MqttReconnect.Default,
        Handler = HandleAsync,
        Time = world.Time,
    };

    private async Task ConnectAsync(MqttClient mine)
    {
        if (faults.Strikes(FaultKind.WrongSecret)) await MqttIntruder.KnockAsync(Options("not-" + who.Secret), world);
        while (true)
        {
            try
            {
                if (!mine.IsConnected) await mine.ConnectAsync(stopping.Token);
                await mine.SubscribeAsync(Topic("coinpulse"), ct: stopping.Token);
                return; // from here on the client reconnects by itself
            }
            catch (Exception error) when (error is MqttDisconnectedException or MqttRefusedException)
            {
                world.Figures.Add(Count.Errors);
                world.Log.LogWarning("Simulated cabinet {Machine} cannot connect: {Reason}", who.Id, error.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), world.Time, stopping.Token);
            }
        }
    }

    private async ValueTask HandleAsync(MqttReceived received, CancellationToken ct)
    {
        Interlocked.Increment(ref atWork);
        try
        {
            if (faults.Strikes(FaultKind.SlowConsumer))
            {
                await Task.Delay(faults.Between(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(8)), world.Time, ct);
            }

            using var json = JsonDocument.Parse(received.Message.Payload);
            var pulse = json.RootElement;
            if (pulse.GetProperty("machineId").GetString() != who.Id) return;
            var id = pulse.TryGetProperty("id", out var given) ? given.GetString() : null;
            var taken = Take(id, pulse.GetProperty("credits").GetInt32());
            if (id is null || !acknowledges) return;
            await AcknowledgeAsync(id, taken, ct);
        }
        finally
        {
            Interlocked.Decrement(ref atWork);
        }
    }

    private bool Take(string? id, int added)
    {
        if (id is not null && memory.TryGetValue(id, out var before)) return before;
        var taken = !(acknowledges && faults.Strikes(FaultKind.DispenseFailure));
        if (id is not null) memory[id] = taken;
        if (!taken)
        {
            world.Figures.Add(Count.Failed);
            return false;
        }

        Interlocked.Add(ref credits, added);
        world.Figures.Add(Count.Delivered);
        if (id is not null) world.Witness.Saw(who.Id, ProofKind.Command, id);
        world.Log.LogInformation("Simulated cabinet {Machine} got {Credits} credits", who.Id, added);
        creditsAdded.Release(added);
        return true;
    }

    private async Task AcknowledgeAsync(string id, bool taken, CancellationToken ct)
    {
        if (faults.Strikes(FaultKind.PowerCut)) powerCut.Release();
        else if (faults.Strikes(FaultKind.ConnectionDrop)) client?.Cut();
        if (faults.Strikes(FaultKind.RequestLost)) return;
        if (faults.Strikes(FaultKind.Delay))
        {
            await Task.Delay(faults.Between(TimeSpan.FromMilliseconds(200), TimeSpan.FromSeconds(3)), world.Time, ct);
        }

        // Not waited for: what confirms it comes the way that waits for this handler.
        _ = PublishAsync("ack", new { id, status = taken ? "ok" : "failed" });
        if (faults.Strikes(FaultKind.Duplicate)) _ = PublishAsync("ack", new { id, status = taken ? "ok" : "failed" });
    }

    private async Task PublishAsync<T>(string topic, T message)
    {
        try
        {
            if (client is not { } mine) return;
            await mine.PublishAsync(
                new MqttMessage
                {
                    Topic = Topic(topic),
                    Payload = JsonSerializer.SerializeToUtf8Bytes(message),
                    Qos = MqttQos.AtLeastOnce,
                }, stopping.Token);
        }
        catch (Exception lost) when (lost is MqttDisconnectedException or OperationCanceledException or ObjectDisposedException)
        {
            // The pulse comes again; nobody misses a game over.
        }
    }

    private async Task PlayAsync()
    {
        while (true)
        {
            await creditsAdded.WaitAsync(stopping.Token);
            do
            {
                await Task.Delay(Game, world.Time, stopping.Token);
            }
            while (await creditsAdded.WaitAsync(0));

            await PublishAsync("gameover", new
            {
                machineId = who.Id,
                status = "game_over",
                timestamp = world.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture),
            });
        }
    }
}
