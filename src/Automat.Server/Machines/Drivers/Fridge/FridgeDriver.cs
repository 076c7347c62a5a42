using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Doors;
using Automat.Domain.Vends;
using Automat.Mqtt;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>
/// Fridges with a lock controller: the door is unlocked for a customer, and what they took is told when it is closed. An unlock
/// is handed only to a controller that listens, once for each sale; how the visit goes on is the door's to tell, and silence is
/// a doubt that the door may still clear up.
/// </summary>
internal sealed class FridgeDriver : IMqttDriver
{
    /// <summary>As stored with the machine.</summary>
    public const string DriverName = "fridge";

    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan HandOver = TimeSpan.FromSeconds(5);

    private readonly Lazy<IMachineMqtt> mqtt;
    private readonly Lazy<DoorDesk> desk;
    private readonly Lazy<Visits> visits;
    private readonly LiveDoors doors;
    private readonly FridgeHealth health;
    private readonly FridgeKeys keys;
    private readonly FridgeMeter meter;
    private readonly MachineStatuses statuses;
    private readonly TimeProvider clock;
    private readonly ILogger<FridgeDriver> log;

    /// <summary>Made by the container; the broker asks this driver in turn, so it is fetched late.</summary>
    public FridgeDriver(IServiceProvider services, ILogger<FridgeDriver> log)
    {
        mqtt = new Lazy<IMachineMqtt>(services.GetRequiredService<IMachineMqtt>);
        desk = new Lazy<DoorDesk>(services.GetRequiredService<DoorDesk>);
        visits = new Lazy<Visits>(services.GetRequiredService<Visits>);
        doors = services.GetRequiredService<LiveDoors>();
        health = services.GetRequiredService<FridgeHealth>();
        keys = services.GetRequiredService<FridgeKeys>();
        meter = services.GetRequiredService<FridgeMeter>();
        statuses = services.GetRequiredService<MachineStatuses>();
        clock = services.GetRequiredService<TimeProvider>();
        this.log = log;
    }

    public string Name => DriverName;

    public DeliveryTerms TermsOf(Machine machine)
    {
        var own = health.SettingsOf(machine);
        return new DeliveryTerms(
            CommandKinds.Unlock, TimeSpan.FromSeconds(own.TakeWithin), TimeSpan.FromSeconds(own.SettleWithin),
            TimeSpan.FromSeconds(own.DecideWithin), UsesCode: false, SalesAtOnce: 1)
        {
            HoldAmount = own.HoldAmount,
        };
    }

    public string? WhyNotReady(Machine machine) =>
        CanReach(machine.Id) ? health.WhyNot(machine) : statuses.WhyNotElsewhere(machine.Id);

    public bool CanReach(MachineId machine) => mqtt.Value.CanReach(machine, FridgeTopics.Commands(machine));

    /// <summary>Controllers know one thing, and for a sale only.</summary>
    public bool Understands(Machine machine, string commandKind) => commandKind == CommandKinds.Unlock;

    public bool Fetches(Machine machine) => false;

    public IReadOnlyDictionary<string, string> FaultsIn(JsonElement settings) => FridgeSettings.FaultsIn(settings);

    public async Task<DeliveryResult> DeliverAsync(Machine machine, MachineCommand command, CancellationToken ct)
    {
        if (command.VendId is not { } vend) return new DeliveryResult(DeliveryOutcome.Refused, "not_understood");
        var (own, door) = (health.SettingsOf(machine), doors.Of(machine.Id));
        var until = clock.GetUtcNow() + TimeSpan.FromSeconds(own.SettleWithin);
        if (await keys.OfAsync(machine, own, ct) is not [var newest, ..] live) return new DeliveryResult(DeliveryOutcome.Refused, "no_secret");
        if (await visits.Value.BeginAsync(machine, vend, ct) is { } visit)
        {
            // Whoever is let in is at the door before the lock hears of it: nothing it says is missed.
            (door.Visit, door.BegunAt, door.LastSeen) = (vend, clock.GetUtcNow(), null);
            var key = door.Key is { } used && live.Any(k => k.AsSpan().SequenceEqual(used)) ? used : newest;
            if (await SendAsync(machine, visit, key, command.Deadline, ct) is { } ended) return ended;
        }

        return await AwaitAsync(machine, vend, until, ct);
    }

    /// <summary>The lock may be open: nobody knows, until the door tells.</summary>
    public DeliveryResult AfterRestart(Machine machine, MachineCommand command) => new(DeliveryOutcome.Unknown, "server_restarted");

    public IReadOnlyList<string> ReadsOf(Machine machine) => [FridgeTopics.Commands(machine.Id)];

    /// <summary>Controllers subscribe to what they themselves write, and die of hearing it.</summary>
    public IReadOnlyList<string> AsksInVain(Machine machine) => [FridgeTopics.Status(machine.Id)];

    public IReadOnlyList<string> WritesOf(Machine machine) =>
        [FridgeTopics.Door(machine.Id), FridgeTopics.Status(machine.Id), FridgeTopics.Agent(machine.Id)];

    /// <summary>What any node hears is in the database for all.</summary>
    public bool EveryNodeHears(Machine machine, string topic) => topic == FridgeTopics.Status(machine.Id);

    /// <summary>Whoever sends telemetry is there.</summary>
    public bool? SaysPresence(Machine machine, MqttMessage message) =>
        message.Topic == FridgeTopics.Status(machine.Id) && LockTelemetry.Read(message.Payload) is not null ? true : null;

    public void ConnectionChanged(Machine machine)
    {
        var door = doors.Of(machine.Id);
        var (before, reachable) = (door.Reachable, CanReach(machine.Id));
        door.Reachable = reachable;
        if (!reachable)
        {
            statuses.Report(machine.Id, online: false, "machine_offline");
            door.Telemetry = null;
            door.HeardAt = null;
            door.OpenSince = null;
            if (before) _ = VanishedAsync(machine);
        }
        else if (!before)
        {
            // It can be reached, and sells once it has told how its door is.
            statuses.Report(machine.Id, online: true, "machine_offline");
        }
    }

    public ValueTask HeardAsync(Machine machine, MqttMessage message, CancellationToken ct) =>
        desk.Value.HeardAsync(machine, message, ct);

    private async Task<DeliveryResult?> SendAsync(
        Machine machine, DoorVisit visit, byte[] key, DateTimeOffset deadline, CancellationToken ct)
    {
        var left = deadline - clock.GetUtcNow();
        var handover = left <= TimeSpan.Zero
            ? MqttHandover.NotSent
            : await mqtt.Value.DeliverAsync(
                machine.Id, FridgeTopics.Commands(machine.Id), LockMessages.Unlock(visit.Transaction, key), HandOver,
                left < HandOver ? left : HandOver);
        if (handover is MqttHandover.NotSent)
        {
            await visits.Value.NotSentAsync(visit, ct);
            doors.Of(machine.Id).Visit = null;
            return new DeliveryResult(DeliveryOutcome.NotSent, "machine_offline");
        }

        meter.Published("cmd");
        meter.Unlocked();
        if (handover is MqttHandover.Lost)
        {
            await desk.Value.HearAsync(machine, visit.VendId, new DoorEvent.Vanished(), ("server", "connection lost"), ct);
        }

        return null;
    }

    /// <summary>Waits for the end of the visit; it goes on when this gives up.</summary>
    private async Task<DeliveryResult> AwaitAsync(Machine machine, Id<Vend> vend, DateTimeOffset until, CancellationToken ct)
    {
        try
        {
            while (true)
            {
                var visit = await visits.Value.FindAsync(machine.OrganizationId, vend, ct);
                if (visit is not null && EndOf(visit) is { } end) return end;
                var left = until - clock.GetUtcNow();
                if (left <= TimeSpan.Zero) return new DeliveryResult(DeliveryOutcome.Unknown, visit?.Evidence ?? "no_answer");
                await visits.Value.MovedAsync(vend, left < Look ? left : Look, ct);
            }
        }
        finally
        {
            visits.Value.Forget(vend);
        }
    }

    private static DeliveryResult? EndOf(DoorVisit visit) => visit.Status switch
    {
        DoorStatus.Settled => new DeliveryResult(DeliveryOutcome.Delivered, visit.Evidence ?? "told"),
        DoorStatus.Released => new DeliveryResult(DeliveryOutcome.Refused, visit.Evidence ?? "nothing_taken"),
        DoorStatus.Doubtful or DoorStatus.Review => new DeliveryResult(DeliveryOutcome.Unknown, visit.Evidence ?? "no_answer"),
        DoorStatus.Unlocked or DoorStatus.Open or DoorStatus.HeldOpen or DoorStatus.Weighing => null,
    };

    private async Task VanishedAsync(Machine machine)
    {
        try
        {
            await desk.Value.VanishedAsync(machine, CancellationToken.None);
        }
        catch (Exception error)
        {
            meter.Failed("connection", "fridge");
            log.LogError(error, "That fridge {Machine} went could not be noted; its silence tells, too", machine.Id);
        }
    }
}
