using System.Collections.Concurrent;
using System.Text.Json;
using Automat.Domain;
using Automat.Mqtt;
using Automat.Server.Vends;

namespace Automat.Server.Machines.Drivers.Arcade;

/// <summary>
/// Arcade cabinets: a coin pulse over MQTT adds credits. A pulse is handed only to a cabinet that is connected and
/// subscribed, one at a time. Cabinets that acknowledge by id may get a pulse again; for all others the broker's
/// acknowledgement counts, and a pulse that was lost on the way is a doubt, never a second pulse.
/// </summary>
internal sealed class ArcadeDriver : IMqttDriver
{
    /// <summary>As stored with the machine.</summary>
    public const string DriverName = "arcade";

    private readonly DriverSettings<ArcadeSettings> settings = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<bool>> awaited = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<MachineId, bool> acknowledging = new();
    private readonly Lazy<IMachineMqtt> mqtt;
    private readonly Lazy<MachineCommands> commands;
    private readonly MachineStatuses statuses;
    private readonly TimeProvider clock;

    /// <summary>Made by the container; the broker asks this driver in turn, so it is fetched late.</summary>
    public ArcadeDriver(IServiceProvider services, MachineStatuses statuses, TimeProvider clock)
    {
        mqtt = new Lazy<IMachineMqtt>(services.GetRequiredService<IMachineMqtt>);
        commands = new Lazy<MachineCommands>(services.GetRequiredService<MachineCommands>);
        this.statuses = statuses;
        this.clock = clock;
    }

    public string Name => DriverName;

    public ArcadeSettings SettingsOf(Machine machine) => settings.Of(machine);

    public DeliveryTerms TermsOf(Machine machine)
    {
        var own = settings.Of(machine);
        return new DeliveryTerms(
            "coin_pulse", TimeSpan.FromSeconds(own.TakeWithin), TimeSpan.FromSeconds(own.AnswerWithin * 2),
            TimeSpan.FromSeconds(own.DecideWithin), UsesCode: false, own.SalesAtOnce);
    }

    public string? WhyNotReady(Machine machine) => CanReach(machine.Id) ? null : statuses.WhyNotElsewhere(machine.Id);

    public bool CanReach(MachineId machine) => mqtt.Value.CanReach(machine, ArcadeTopics.CoinPulse(machine));

    /// <summary>Cabinets know pulses and nothing else.</summary>
    public bool Understands(Machine machine, string commandKind) => commandKind == TermsOf(machine).CommandKind;

    public bool Fetches(Machine machine) => false;

    /// <summary>One credit, so that somebody sees the cabinet count it.</summary>
    public DeliveryPayload? TestOf(Machine machine) => new(1, Code: null, Email: "");

    public IReadOnlyDictionary<string, string> FaultsIn(JsonElement settings) => DriverSettings<ArcadeSettings>.FaultsIn(settings);

    public async Task<DeliveryResult> DeliverAsync(Machine machine, MachineCommand command, CancellationToken ct)
    {
        var payload = JsonSerializer.Deserialize<DeliveryPayload>(command.Payload)!;
        var id = command.Id.ToString();
        var wait = TimeSpan.FromSeconds(settings.Of(machine).AnswerWithin);
        var taken = awaited.GetOrAdd(
            id, _ => new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            var pulse = ArcadeMessages.CoinPulse(machine.Id, payload.Quantity, clock.GetUtcNow(), id);
            var handover = await mqtt.Value.DeliverAsync(
                machine.Id, ArcadeTopics.CoinPulse(machine.Id), pulse, wait, command.Deadline - clock.GetUtcNow());
            var asked = handover is not MqttHandover.NotSent;
            if (asked && (taken.Task.IsCompleted || Acknowledges(machine))) return await AnswerAsync(taken.Task, wait, ct);
            return handover switch
            {
                MqttHandover.NotSent => new DeliveryResult(DeliveryOutcome.NotSent, "machine_offline"),
                MqttHandover.Received => new DeliveryResult(DeliveryOutcome.Delivered, "received"),
                MqttHandover.Written => new DeliveryResult(DeliveryOutcome.Delivered, "written"),
                MqttHandover.BrokerHasIt when settings.Of(machine).TrustBroker =>
                    new DeliveryResult(DeliveryOutcome.Delivered, "brokered"),
                MqttHandover.BrokerHasIt => await AnswerToFirstAsync(taken.Task, wait, ct),
                MqttHandover.Lost => new DeliveryResult(DeliveryOutcome.Unknown, "connection_lost"),
            };
        }
        finally
        {
            awaited.TryRemove(id, out _);
        }
    }

    public DeliveryResult AfterRestart(Machine machine, MachineCommand command) =>
        new(Acknowledges(machine) ? DeliveryOutcome.MaybeSent : DeliveryOutcome.Unknown, "server_restarted");

    public IReadOnlyList<string> ReadsOf(Machine machine) =>
        [ArcadeTopics.CoinPulse(machine.Id), ArcadeTopics.GameOver(machine.Id)];

    public IReadOnlyList<string> WritesOf(Machine machine) =>
        [ArcadeTopics.Acknowledgement(machine.Id), ArcadeTopics.GameOver(machine.Id), ArcadeTopics.Status(machine.Id)];

    public bool EveryNodeHears(Machine machine, string topic) =>
        topic == ArcadeTopics.Acknowledgement(machine.Id) || topic == ArcadeTopics.Status(machine.Id);

    public bool? SaysPresence(Machine machine, MqttMessage message) =>
        message.Topic == ArcadeTopics.Status(machine.Id) ? ArcadeMessages.ReadStatus(message.Payload) : null;

    public void ConnectionChanged(Machine machine)
    {
        var reachable = CanReach(machine.Id);
        statuses.Report(machine.Id, reachable, reachable ? null : "machine_offline");
    }

    public async ValueTask HeardAsync(Machine machine, MqttMessage message, CancellationToken ct)
    {
        if (message.Topic != ArcadeTopics.Acknowledgement(machine.Id)
            || ArcadeMessages.ReadAcknowledgement(message.Payload) is not var (id, taken))
        {
            return;
        }

        acknowledging[machine.Id] = true;
        if (awaited.TryGetValue(id, out var waiting)) waiting.TrySetResult(taken);
        else await HeardLateAsync(machine, id, taken, ct);
    }

    /// <summary>Nobody waits for it any more, or another node does: what it says is booked all the same.</summary>
    private async Task HeardLateAsync(Machine machine, string id, bool taken, CancellationToken ct)
    {
        if (!Guid.TryParseExact(id, "D", out var command)) return;
        try
        {
            await commands.Value.AnswerAsync(
                machine, new Id<MachineCommand>(command), taken ? DeliveryOutcome.Delivered : DeliveryOutcome.Refused,
                taken ? "acknowledged" : "machine_failed", ct);
        }
        catch (RuleException broken) when (broken.Code is "command_unknown" or "command_not_taken" or "vend_status")
        {
            // Made up, or settled the other way already: nothing follows from it.
        }
    }

    private bool Acknowledges(Machine machine) =>
        settings.Of(machine).Acknowledges || acknowledging.ContainsKey(machine.Id);

    /// <summary>A broker has the pulse. A cabinet never heard to acknowledge may begin now; one that stays silent has not
    /// shown that it tells repeats apart, so it is a doubt.</summary>
    private static async Task<DeliveryResult> AnswerToFirstAsync(Task<bool> taken, TimeSpan wait, CancellationToken ct)
    {
        var answer = await AnswerAsync(taken, wait, ct);
        return answer.Outcome is DeliveryOutcome.MaybeSent
            ? new DeliveryResult(DeliveryOutcome.Unknown, "brokered")
            : answer;
    }

    private static async Task<DeliveryResult> AnswerAsync(Task<bool> taken, TimeSpan wait, CancellationToken ct)
    {
        try
        {
            return await taken.WaitAsync(wait, ct)
                ? new DeliveryResult(DeliveryOutcome.Delivered, "acknowledged")
                : new DeliveryResult(DeliveryOutcome.Refused, "machine_failed");
        }
        catch (TimeoutException)
        {
            return new DeliveryResult(DeliveryOutcome.MaybeSent, "no_answer");
        }
    }
}
