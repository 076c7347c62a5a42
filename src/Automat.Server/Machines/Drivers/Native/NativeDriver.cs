using System.Text.Json;
using Automat.Domain;
using Automat.Mqtt;
using Automat.Protocol;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>
/// Machines that speak our own protocol, over MQTT or by fetching over HTTP. A command carries an id and a deadline, and the
/// machine acknowledges it by that id, so it may be sent again; what was received and never acknowledged is a doubt.
/// </summary>
internal sealed class NativeDriver : IMqttDriver
{
    /// <summary>As stored with the machine.</summary>
    public const string DriverName = "native";

    private readonly Lazy<IMachineMqtt> mqtt;
    private readonly AwaitedAnswers answers;
    private readonly NativeMachines natives;
    private readonly MqttDesk desk;
    private readonly MachineStatuses statuses;
    private readonly TimeProvider clock;

    /// <summary>Made by the container; the broker asks this driver in turn, so it is fetched late.</summary>
    public NativeDriver(IServiceProvider services)
    {
        mqtt = new Lazy<IMachineMqtt>(services.GetRequiredService<IMachineMqtt>);
        answers = services.GetRequiredService<AwaitedAnswers>();
        natives = services.GetRequiredService<NativeMachines>();
        desk = services.GetRequiredService<MqttDesk>();
        statuses = services.GetRequiredService<MachineStatuses>();
        clock = services.GetRequiredService<TimeProvider>();
    }

    public string Name => DriverName;

    public DeliveryTerms TermsOf(Machine machine)
    {
        var own = natives.SettingsOf(machine);
        return new DeliveryTerms(
            CommandKinds.Vend, TimeSpan.FromSeconds(own.TakeWithin), TimeSpan.FromSeconds(own.AnswerWithin * 2),
            TimeSpan.FromSeconds(own.DecideWithin), UsesCode: false, own.SalesAtOnce)
        {
            FetchedAnswerWithin = TimeSpan.FromSeconds(own.AnswerWithin),
        };
    }

    /// <summary>However it comes to us, and to whichever node.</summary>
    public string? WhyNotReady(Machine machine) =>
        statuses.Of(machine.Id) is { Online: true } status ? status.WhyNot : "machine_offline";

    public bool CanReach(MachineId machine) => mqtt.Value.CanReach(machine, new DeviceTopics(machine.Value).Commands);

    public bool Understands(Machine machine, string commandKind) => commandKind is CommandKinds.Vend or CommandKinds.Reboot
        or CommandKinds.Lock or CommandKinds.Unlock or CommandKinds.ReloadConfig or CommandKinds.SetPrice
        or CommandKinds.SetOutOfService or CommandKinds.RefreshTelemetry or CommandKinds.ShowMessage;

    /// <summary>Whoever does not listen here over MQTT fetches, at whichever node, or is away.</summary>
    public bool Fetches(Machine machine) => !CanReach(machine.Id);

    public IReadOnlyDictionary<string, string> FaultsIn(JsonElement settings) => DriverSettings<NativeSettings>.FaultsIn(settings);

    public async Task<DeliveryResult> DeliverAsync(Machine machine, MachineCommand command, CancellationToken ct)
    {
        var wait = TimeSpan.FromSeconds(natives.SettingsOf(machine).AnswerWithin);
        var message = CommandWire.Of(command);
        return await SendAsync(machine.Id, message, wait, ct);
    }

    public DeliveryResult AfterRestart(Machine machine, MachineCommand command) =>
        new(DeliveryOutcome.MaybeSent, "server_restarted");

    public IReadOnlyList<string> ReadsOf(Machine machine)
    {
        var topics = new DeviceTopics(machine.Id.Value);
        return [topics.Commands, topics.Config, topics.Replies];
    }

    public IReadOnlyList<string> WritesOf(Machine machine)
    {
        var topics = new DeviceTopics(machine.Id.Value);
        return [topics.Acknowledgements, topics.Events, topics.State, topics.Requests];
    }

    /// <summary>Only the node that sent a command waits for its acknowledgement.</summary>
    public bool EveryNodeHears(Machine machine, string topic) => topic == new DeviceTopics(machine.Id.Value).Acknowledgements;

    public void ConnectionChanged(Machine machine)
    {
        var reachable = CanReach(machine.Id);
        statuses.Report(machine.Id, reachable, reachable ? null : "machine_offline");
        desk.SendConfig(machine);
    }

    public ValueTask HeardAsync(Machine machine, MqttMessage message, CancellationToken ct) => desk.HeardAsync(machine, message, ct);

    private static DeliveryResult Silent => new(DeliveryOutcome.Unknown, "no_answer");

    private async Task<DeliveryResult> SendAsync(MachineId machine, DeviceCommand message, TimeSpan wait, CancellationToken ct)
    {
        answers.Await(message.Id);
        try
        {
            var until = DateTimeOffset.FromUnixTimeSeconds(message.Deadline) - clock.GetUtcNow();
            if (until <= TimeSpan.Zero) return new DeliveryResult(DeliveryOutcome.NotSent, "too_late");
            var handover = await mqtt.Value.DeliverAsync(
                machine, new DeviceTopics(machine.Value).Commands,
                JsonSerializer.SerializeToUtf8Bytes(message, ProtocolJson.Default.DeviceCommand), wait, until);
            return handover switch
            {
                MqttHandover.NotSent => new DeliveryResult(DeliveryOutcome.NotSent, "machine_offline"),
                MqttHandover.Received or MqttHandover.Written or MqttHandover.BrokerHasIt =>
                    await answers.AnswerAsync(message.Id, wait, ct) ?? Silent,
                // It tells repeats apart, so it gets it again when it is back.
                MqttHandover.Lost => await answers.AnswerAsync(message.Id, TimeSpan.FromMilliseconds(1), ct)
                    ?? new DeliveryResult(DeliveryOutcome.MaybeSent, "connection_lost"),
            };
        }
        finally
        {
            answers.Forget(message.Id);
        }
    }
}
