using System.Text;
using Automat.Mqtt;
using Automat.Mqtt.Client;
using Automat.Simulator.Running;
using Microsoft.Extensions.Logging;

namespace Automat.Simulator.Machines.VmFlow;

/// <summary>A board's line to its broker, as its firmware keeps it: MQTT 3.1.1, a last will, one subscription at QoS 0.</summary>
/// <param name="who">Which machine.</param>
/// <param name="world">What is around it.</param>
/// <param name="options">How it presents itself.</param>
internal sealed class BoardLine(MachineIdentity who, Surroundings world, BoardOptions options)
{
    private readonly List<int> credits = [];
    private volatile MqttClient? client;

    public bool IsConnected => client is { IsConnected: true };

    public IReadOnlyList<int> Credits
    {
        get
        {
            lock (credits) return [.. credits];
        }
    }

    private string Sub => options.Sub ?? who.Id;

    /// <summary>Somebody who knows the board's name and not its passkey tries to come in.</summary>
    public Task KnockAsync() => MqttIntruder.KnockAsync(Options(null) with { UserName = who.Id, Password = "not-" + who.Secret }, world);

    public void Note(int units)
    {
        lock (credits) credits.Add(units);
    }

    /// <summary>The connection breaks; it comes back by itself.</summary>
    public void Cut() => client?.Cut();

    /// <summary>Connected until the power goes.</summary>
    public async Task StayAsync(Func<BoardCommand, ValueTask> hear, SemaphoreSlim powerCut, CancellationToken ct)
    {
        await using var mine = new MqttClient(Options((received, ending) =>
        {
            if (received.Message.Topic == $"{Sub}.vmflow.xyz/rpc"
                && BoardSigning.Read(received.Message.Payload, who.Secret, world.Time.GetUtcNow()) is { } command)
            {
                // Not waited for: what confirms its answer comes the way that waits for this handler.
                _ = AnswerAsync(hear, command);
            }

            return ValueTask.CompletedTask;
        }));
        client = mine;
        try
        {
            await ConnectAsync(mine, ct);
            await powerCut.WaitAsync(ct);
            while (powerCut.Wait(0, CancellationToken.None))
            {
                // Without power it cannot lose it again.
            }

            mine.Cut();
        }
        finally
        {
            client = null;
        }
    }

    /// <summary>Signs and says something until the broker has it.</summary>
    public async Task TellAsync(string topic, string text, CancellationToken ct)
    {
        var signed = BoardSigning.Sign(text, who.Secret);
        while (!await SayAsync(topic, signed, MqttQos.AtLeastOnce, retain: false))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(500), world.Time, ct);
        }
    }

    /// <summary>Says something once; whether the broker has it.</summary>
    public async Task<bool> SayAsync(string topic, byte[] payload, MqttQos qos, bool retain)
    {
        try
        {
            if (client is not { } mine) return false;
            await mine.PublishAsync(
                new MqttMessage { Topic = $"domain.vmflow.xyz/{Sub}/{topic}", Payload = payload, Qos = qos, Retain = retain });
            return true;
        }
        catch (Exception lost) when (lost is MqttDisconnectedException or OperationCanceledException or ObjectDisposedException
            or InvalidOperationException)
        {
            return false;
        }
    }

    private async Task AnswerAsync(Func<BoardCommand, ValueTask> hear, BoardCommand command)
    {
        try
        {
            await hear(command);
        }
        catch (Exception bug)
        {
            world.Witness.SawBreach($"The simulated board {who.Id} broke: {bug}");
        }
    }

    private async Task ConnectAsync(MqttClient mine, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                if (!mine.IsConnected) await mine.ConnectAsync(ct);
                await mine.SubscribeAsync($"{Sub}.vmflow.xyz/#", MqttQos.AtMostOnce, ct: ct);
                await SayAsync("status", "online,1"u8.ToArray(), MqttQos.AtLeastOnce, retain: true);
                return; // from here on the client comes back by itself
            }
            catch (Exception error) when (error is MqttDisconnectedException or MqttRefusedException)
            {
                world.Figures.Add(Count.Errors);
                world.Log.LogWarning("Simulated board {Machine} cannot connect: {Reason}", who.Id, error.Message);
                await Task.Delay(TimeSpan.FromSeconds(1), world.Time, ct);
            }
        }
    }

    private MqttClientOptions Options(Func<MqttReceived, CancellationToken, ValueTask>? handler) => new()
    {
        Host = world.Server.Host,
        Port = world.Server.MqttPort,
        UserName = options.ClientId is null ? who.Id : null,
        Password = options.ClientId is null ? who.Secret : null,
        ClientId = options.ClientId ?? $"{who.Id}-board",
        Version = MqttVersion.V311,
        KeepAlive = TimeSpan.FromSeconds(120),
        Will = new MqttWill(new MqttMessage
        {
            Topic = $"domain.vmflow.xyz/{Sub}/status",
            Payload = Encoding.ASCII.GetBytes("offline"),
            Qos = MqttQos.AtLeastOnce,
            Retain = true,
        }),
        Reconnect = MqttReconnect.Default,
        Handler = handler,
        Time = world.Time,
    };
}
