using System.Text;
using System.Text.Json;
using Automat.Mqtt;
using Automat.Mqtt.Client;

namespace Automat.Testing;

/// <summary>What a cabinet does when a pulse reaches it.</summary>
public enum CabinetHabit
{
    /// <summary>Acknowledges as MQTT does, as all existing cabinets.</summary>
    Received,

    /// <summary>Says by the pulse's id that it has taken it.</summary>
    Acknowledges,

    /// <summary>Says by the pulse's id that it could not.</summary>
    Fails,

    /// <summary>Loses its connection before it can acknowledge.</summary>
    Vanishes,

    /// <summary>Takes it and never says anything.</summary>
    Silent,
}

/// <summary>A coin pulse as it arrived.</summary>
/// <param name="Text">The bytes as text.</param>
/// <param name="Credits">The credits in it.</param>
/// <param name="Id">Its id.</param>
public sealed record Pulse(string Text, int Credits, string Id);

/// <summary>What a cabinet keeps when its power goes: every pulse that ever reached it.</summary>
public sealed class CabinetMemory
{
    private readonly List<Pulse> pulses = [];

    /// <summary>All pulses, repeats too.</summary>
    public IReadOnlyList<Pulse> Pulses
    {
        get
        {
            lock (pulses) return [.. pulses];
        }
    }

    /// <summary>Credits of a cabinet that knows repeats by their id.</summary>
    public int Credits => Pulses.DistinctBy(p => p.Id).Sum(p => p.Credits);

    internal void Add(Pulse pulse)
    {
        lock (pulses) pulses.Add(pulse);
    }
}

/// <summary>An arcade cabinet driven by hand over MQTT.</summary>
public sealed class Cabinet : IAsyncDisposable
{
    private readonly MqttClient client;
    private readonly string id;
    private Task reading = Task.CompletedTask;

    private Cabinet(MqttClient client, string id, CabinetMemory memory) => (this.client, this.id, Memory) = (client, id, memory);

    /// <summary>What it does with a pulse; may be changed at any time.</summary>
    public CabinetHabit Habit { get; set; }

    /// <summary>Every pulse that reached it.</summary>
    public CabinetMemory Memory { get; }

    /// <summary>The connection, for what a cabinet should not do.</summary>
    public MqttClient Client => client;

    /// <summary>Connects and subscribes.</summary>
    /// <param name="port">Where the broker listens.</param>
    /// <param name="habit">What it does with a pulse.</param>
    /// <param name="qos">The quality it subscribes with.</param>
    /// <param name="memory">What it remembers from before.</param>
    /// <param name="persistent">Keeps its session at the broker across connections.</param>
    /// <param name="id">The machine.</param>
    public static async Task<Cabinet> ConnectAsync(
        int port, CabinetHabit habit = CabinetHabit.Received, MqttQos qos = MqttQos.AtLeastOnce,
        CabinetMemory? memory = null, bool persistent = false, string id = "cab001")
    {
        var connection = new MqttClient(new MqttClientOptions
        {
            Port = port,
            UserName = id,
            Password = TestApp.MachineSecret,
            ClientId = $"game-{id}",
            ManualAck = true,
            CleanStart = !persistent,
            SessionExpiry = persistent ? TimeSpan.FromMinutes(5) : TimeSpan.Zero,
        });
        var cabinet = new Cabinet(connection, id, memory ?? new CabinetMemory()) { Habit = habit };
        await connection.ConnectAsync();
        cabinet.reading = cabinet.ReadAsync();
        await connection.SubscribeAsync($"arcade/machine/{id}/coinpulse", qos);
        return cabinet;
    }

    /// <summary>Waits until so many pulses have come.</summary>
    public Task<IReadOnlyList<Pulse>> PulsesAsync(int count) => TestApp.EventuallyAsync(
        () => Task.FromResult(Memory.Pulses), pulses => pulses.Count >= count);

    /// <summary>Says of a pulse, however late, that it was taken (<c>ok</c>) or could not be (<c>failed</c>).</summary>
    public async Task SayAsync(string pulse, string status) => await client.PublishAsync(new MqttMessage
    {
        Topic = $"arcade/machine/{id}/ack",
        Qos = MqttQos.AtLeastOnce,
        Payload = JsonSerializer.SerializeToUtf8Bytes(new { id = pulse, status }),
    });

    public async ValueTask DisposeAsync()
    {
        await client.DisposeAsync();
        await reading;
    }

    private async Task ReadAsync()
    {
        await foreach (var received in client.Messages.ReadAllAsync())
        {
            try
            {
                await TakeAsync(received);
            }
            catch (MqttDisconnectedException)
            {
                return; // its connection went while it answered
            }
        }
    }

    private async Task TakeAsync(MqttReceived received)
    {
        var text = Encoding.UTF8.GetString(received.Message.Payload.Span);
        var json = JsonSerializer.Deserialize<JsonElement>(text);
        var pulse = new Pulse(text, json.GetProperty("credits").GetInt32(), json.GetProperty("id").GetString()!);
        Memory.Add(pulse);
        if (Habit is CabinetHabit.Vanishes)
        {
            client.Cut();
            return;
        }

        if (Habit is CabinetHabit.Silent) return;
        await received.AckAsync();
        if (Habit is CabinetHabit.Received) return;
        var status = Habit is CabinetHabit.Fails ? "failed" : "ok";
        await SayAsync(pulse.Id, status);
    }
}
