using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using Automat.Mqtt;
using Automat.Mqtt.Client;
using Automat.Simulator.Judging;
using Automat.Simulator.Running;
using Microsoft.Extensions.Logging;

namespace Automat.Simulator.Machines;

/// <summary>Something in a fridge: what it is called there, and what it weighs.</summary>
/// <param name="Sku">The fridge's own name for it.</param>
/// <param name="Grams">What it weighs.</param>
public sealed record FridgeGoods(string Sku, double Grams);

/// <summary>What somebody does at an unlocked door.</summary>
public sealed record FridgeVisit
{
    /// <summary>Whether they open it at all.</summary>
    public bool Opens { get; init; } = true;

    /// <summary>What they take.</summary>
    public IReadOnlyList<FridgeGoods> Takes { get; init; } = [];

    /// <summary>What the fridge counts; null when it counts right.</summary>
    public IReadOnlyList<string>? Counts { get; init; }

    /// <summary>How long they hold the door open.</summary>
    public TimeSpan HoldsFor { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The power goes while the door is open.</summary>
    public bool LosesPower { get; init; }

    /// <summary>Everything that was said of the door is said again, and what was said of the visit before.</summary>
    public bool Replays { get; init; }
}

/// <summary>How fast a fridge's controller is.</summary>
/// <param name="LockOpenFor">How long the lock stays open when nobody closes the door.</param>
/// <param name="TelemetryEvery">Time between two words of telemetry.</param>
public sealed record FridgeTiming(TimeSpan LockOpenFor, TimeSpan TelemetryEvery)
{
    /// <summary>As controllers are built.</summary>
    public static FridgeTiming Usual { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromMilliseconds(250));
}

/// <summary>
/// A smart fridge with a lock controller, speaking as its firmware does: signed texts at QoS 0, no acknowledgement, telemetry
/// four times a second except while a customer is at the door. It stops for good at any message that is not signed, its own
/// telemetry included, which is told to the witness.
/// </summary>
/// <param name="who">Which fridge.</param>
/// <param name="world">What is around it.</param>
/// <param name="timing">How fast its controller is.</param>
/// <param name="visits">What the next customer does, by the transaction that let them in.</param>
public sealed class SimulatedFridge(
    MachineIdentity who, Surroundings world, FridgeTiming timing, Func<string, FridgeVisit> visits) : ISimulatedMachine
{
    private readonly CancellationTokenSource stopping = new();
    private readonly Channel<string> commands = Channel.CreateUnbounded<string>();
    private readonly List<string> said = [];
    private volatile MqttClient? client;
    private double grams = 10_000;
    private volatile bool open;
    private int atWork;
    private Task running = Task.CompletedTask;

    /// <inheritdoc/>
    public string Id => who.Id;

    /// <inheritdoc/>
    public bool IsOnline => client is { IsConnected: true };

    /// <inheritdoc/>
    public bool IsQuiet => Volatile.Read(ref atWork) == 0;

    /// <summary>How warm it is inside; null for a controller without a sensor.</summary>
    public double? Celsius { get; set; }

    /// <summary>Transactions the lock was opened for, repeats too.</summary>
    public IReadOnlyList<string> Unlocks
    {
        get
        {
            lock (said) return [.. unlocks];
        }
    }

    private readonly List<string> unlocks = [];

    /// <inheritdoc/>
    public void Start() => running = RunAsync();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await stopping.SwitchOffAsync(running);

        stopping.Dispose();
    }

    /// <summary>A text as controllers sign it.</summary>
    public static string Sign(string text, string secret) => text + "|"
        + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(text)));

    /// <summary>Says something on a topic of this fridge, as a controller that went mad might.</summary>
    public Task SayAsync(string topic, string text) => PublishAsync(topic, Encoding.UTF8.GetBytes(text));

    private string Topic(string what) => $"case/{who.Id}/{what}";

    /// <summary>One life from power to power cut after the other.</summary>
    private async Task RunAsync()
    {
        while (true)
        {
            await using var mine = new MqttClient(new MqttClientOptions
            {
                Host = world.Server.Host,
                Port = world.Server.MqttPort,
                UserName = who.Id,
                Password = who.Secret,
                ClientId = $"{who.Id}-lock",
                Version = MqttVersion.V311,
                Handler = HandleAsync,
                Time = world.Time,
            });
            if (await ConnectAsync(mine)) await LiveAsync(mine);
            client = null;
            await Task.Delay(TimeSpan.FromMilliseconds(500), world.Time, stopping.Token);
        }
    }

    private async Task<bool> ConnectAsync(MqttClient mine)
    {
        try
        {
            await mine.ConnectAsync(stopping.Token);
            await mine.SubscribeAsync(Topic("cmd"), MqttQos.AtMostOnce, stopping.Token);
            await mine.SubscribeAsync(Topic("status"), MqttQos.AtMostOnce, stopping.Token);
            client = mine;
            return true;
        }
        catch (Exception error) when (error is MqttDisconnectedException or MqttRefusedException)
        {
            world.Figures.Add(Count.Errors);
            world.Log.LogWarning("Simulated fridge {Machine} cannot connect: {Reason}", who.Id, error.Message);
            return false;
        }
    }

    private ValueTask HandleAsync(MqttReceived received, CancellationToken ct)
    {
        var text = Encoding.UTF8.GetString(received.Message.Payload.Span);
        if (text.Count(c => c == '|') != 1) world.Witness.SawBreach($"Fridge {who.Id} was sent '{text}' on {received.Message.Topic}, of which it dies.");
        else commands.Writer.TryWrite(text);
        return ValueTask.CompletedTask;
    }

    /// <summary>The firmware's loop: a command, else telemetry, never both at once.</summary>
    private async Task LiveAsync(MqttClient mine)
    {
        while (mine.IsConnected)
        {
            stopping.Token.ThrowIfCancellationRequested();
            if (commands.Reader.TryRead(out var command))
            {
                if (!await ObeyAsync(mine, command)) return;
                continue;
            }

            await TellAsync();
            await Task.Delay(timing.TelemetryEvery, world.Time, stopping.Token);
        }
    }

    private async Task TellAsync()
    {
        var telemetry = new Dictionary<string, object>(StringComparer.Ordinal)
        {
            ["door"] = open ? "open" : "closed",
            ["mass"] = new[] { grams },
            ["vcc"] = 3.3,
        };
        if (Celsius is { } celsius) telemetry["temperature"] = celsius;
        await PublishAsync("status", JsonSerializer.SerializeToUtf8Bytes(telemetry));
    }

    /// <summary>Returns false when the power went.</summary>
    private async Task<bool> ObeyAsync(MqttClient mine, string command)
    {
        var text = command[..command.IndexOf('|', StringComparison.Ordinal)];
        if (Sign(text, who.Secret) != command || !text.StartsWith("unlock:", StringComparison.Ordinal)) return true;
        var transaction = text["unlock:".Length..];
        Interlocked.Increment(ref atWork);
        try
        {
            lock (said) unlocks.Add(transaction);
            return await ServeAsync(mine, transaction, visits(transaction));
        }
        finally
        {
            Interlocked.Decrement(ref atWork);
        }
    }

    private async Task<bool> ServeAsync(MqttClient mine, string transaction, FridgeVisit visit)
    {
        if (!visit.Opens)
        {
            await Task.Delay(timing.LockOpenFor, world.Time, stopping.Token);
            await SayDoorAsync($"{transaction}::0", visit.Replays);
            return true;
        }

        open = true;
        var baseline = grams;
        grams -= visit.Takes.Sum(goods => goods.Grams);
        var seen = visit.Takes.Count > 0 && Guid.TryParseExact(transaction, "N", out var vend)
            ? world.Witness.Saw(who.Id, ProofKind.Vend, vend.ToString())
            : null;
        if (visit.LosesPower)
        {
            mine.Cut();
            world.Figures.Add(Count.Restarts);
            open = false;
            return false;
        }

        if (visit.HoldsFor >= timing.LockOpenFor)
        {
            await Task.Delay(timing.LockOpenFor, world.Time, stopping.Token);
            await SayDoorAsync($"{transaction}::0", visit.Replays);
            _ = CloseLaterAsync(visit.HoldsFor - timing.LockOpenFor);
            return true;
        }

        await Task.Delay(visit.HoldsFor, world.Time, stopping.Token);
        open = false;
        var names = visit.Counts ?? [.. visit.Takes.Select(goods => goods.Sku)];
        await SayDoorAsync(
            names.Count == 0 && visit.Takes.Count == 0
                ? $"{transaction}::0"
                : string.Create(CultureInfo.InvariantCulture, $"{transaction}:{string.Join(',', names)}:{baseline - grams:0.0##}"),
            visit.Replays);
        // At QoS 0 nobody confirms it: told is what was counted right and sent on a line that still stands.
        if (visit.Counts is null && mine.IsConnected) seen?.Told();
        return true;
    }

    private async Task CloseLaterAsync(TimeSpan after)
    {
        try
        {
            await Task.Delay(after, world.Time, stopping.Token);
            open = false;
        }
        catch (OperationCanceledException)
        {
            // Switched off with an open door.
        }
    }

    private async Task SayDoorAsync(string text, bool again)
    {
        var signed = Sign(text, who.Secret);
        List<string> all;
        lock (said)
        {
            all = again ? [signed, signed, .. said] : [signed];
            said.Add(signed);
        }

        foreach (var one in all) await PublishAsync("door", Encoding.UTF8.GetBytes(one));
        world.Figures.Add(Count.Delivered);
    }

    private async Task PublishAsync(string topic, byte[] payload)
    {
        try
        {
            if (client is not { } mine) return;
            await mine.PublishAsync(new MqttMessage { Topic = Topic(topic), Payload = payload, Qos = MqttQos.AtMostOnce }, stopping.Token);
        }
        catch (Exception lost) when (lost is MqttDisconnectedException or ObjectDisposedException)
        {
            // At QoS 0 it is lost, and nobody notices.
        }
    }
}
