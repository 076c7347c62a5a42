using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Doors;
using Automat.Domain.Vends;
using Automat.Mqtt;
using Automat.Protocol;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>
/// What fridges say over MQTT. What is malformed, unsigned, not theirs or said before is counted and ignored; what names a
/// basket is kept until it is in the database, as no controller says it twice.
/// </summary>
internal sealed class DoorDesk(
    LiveDoors doors, FridgeHealth health, FridgeKeys keys, Visits visits, WeighBasket weigh, IBaskets baskets, FridgeMeter meter,
    TimeProvider clock, ILogger<DoorDesk> log)
{
    private const int MostUnheard = 1_000;

    private static readonly TimeSpan KeepSeen = TimeSpan.FromSeconds(1);

    private readonly ConcurrentQueue<(Machine Machine, DoorMessage Said)> unheard = new();

    /// <summary>A message of a fridge, on a topic it may write.</summary>
    public async ValueTask HeardAsync(Machine machine, MqttMessage message, CancellationToken ct)
    {
        try
        {
            await TakeAsync(machine, message, ct);
        }
        catch (Exception error) when (error is not OperationCanceledException && message.Qos is MqttQos.AtMostOnce)
        {
            // Nobody says it again: a line that is cut for it would only lose what comes next, too.
            meter.Failed("message", "fridge");
            log.LogError(error, "What fridge {Machine} said on {Topic} could not be dealt with", machine.Id, message.Topic);
        }
    }

    private async Task TakeAsync(Machine machine, MqttMessage message, CancellationToken ct)
    {
        var door = doors.Of(machine.Id);
        if (message.Topic == FridgeTopics.Status(machine.Id))
        {
            meter.Received("status");
            if (!door.Allows(clock.GetUtcNow())) meter.Ignored("too_many");
            else if (LockTelemetry.Read(message.Payload) is { } told) await SeenAsync(machine, told, ct);
            else Ignore(machine, "malformed", "status");
        }
        else if (message.Topic == FridgeTopics.Door(machine.Id))
        {
            meter.Received("door");
            if (!door.Allows(clock.GetUtcNow())) meter.Ignored("too_many");
            else await DoorAsync(machine, message, ct);
        }
        else if (message.Topic == FridgeTopics.Agent(machine.Id))
        {
            meter.Received("agent");
            if (!door.Allows(clock.GetUtcNow())) meter.Ignored("too_many");
            else await AgentAsync(machine, message, ct);
        }
    }

    /// <summary>The controller lost its connection.</summary>
    public async Task VanishedAsync(Machine machine, CancellationToken ct)
    {
        if (doors.Of(machine.Id).Visit is not { } vend) return;
        await HearAsync(machine, vend, new DoorEvent.Vanished(), ("server", "connection lost"), ct);
    }

    /// <summary>Time has passed at a fridge with somebody at its door.</summary>
    public Task PassAsync(Machine machine, Id<Vend> vend, CancellationToken ct) =>
        HearAsync(machine, vend, new DoorEvent.Passed(), null, ct);

    /// <summary>Tries again to keep what could not be kept.</summary>
    public async Task TryUnheardAsync(CancellationToken ct)
    {
        for (var left = unheard.Count; left > 0 && unheard.TryDequeue(out var one); left--) await KeepAsync(one.Machine, one.Said, ct);
    }

    /// <summary>Puts something heard to the rules, and does what follows.</summary>
    public async Task<DoorVisit> HearAsync(
        Machine machine, Id<Vend> vend, DoorEvent heard, (string Source, string Text)? word, CancellationToken ct)
    {
        var (door, own) = (doors.Of(machine.Id), health.SettingsOf(machine));
        await door.OneAtATime.WaitAsync(ct);
        try
        {
            var (change, visit) = await visits.HearAsync(machine.OrganizationId, vend, heard, own.Limits, word, ct);
            door.KeptAt = clock.GetUtcNow();
            if (!change.News && word is { Source: "controller" or "agent" }) meter.Ignored("repeated");
            if (change.RaisesAlarm) log.LogWarning("The door of fridge {Machine} is held open", machine.Id);
            if (change.IsDoubt) await baskets.ReportUnknownAsync(vend, visit.Evidence ?? "no_answer", ct);
            if (visit.Status is DoorStatus.Weighing) await weigh.RunAsync(machine, own, visit, ct);
            Follow(door, visit, heard);
            if (change.News) health.Report(machine, always: true);
            return visit;
        }
        finally
        {
            door.OneAtATime.Release();
        }
    }

    /// <summary>Who is at the door: nobody once the visit is told, or is in doubt and the door was seen closed since.</summary>
    private static void Follow(LiveDoor door, DoorVisit visit, DoorEvent heard)
    {
        var gone = visit.Status is DoorStatus.Doubtful ? heard is DoorEvent.Seen { IsOpen: false } : !DoorLife.IsAtTheDoor(visit.Status);
        if (gone && door.Visit == visit.VendId) door.Visit = null;
        else if (heard is DoorEvent.SaidNothing && !gone) door.Visit ??= visit.VendId; // the next look at the door tells
    }

    private async Task SeenAsync(Machine machine, LockTelemetry told, CancellationToken ct)
    {
        await health.HearAsync(machine, told, ct);
        var door = doors.Of(machine.Id);
        if (door.Visit is not { } vend) return;
        var seen = new DoorEvent.Seen(told.IsOpen, door.Mass);
        // Four times a second nothing new is said: the rules are asked in memory by whether it was written a moment ago.
        var changed = door.LastSeen != told.IsOpen;
        if (!changed && clock.GetUtcNow() - door.KeptAt < KeepSeen) return;
        door.LastSeen = told.IsOpen;
        try
        {
            await HearAsync(machine, vend, seen, changed ? ("controller", told.IsOpen ? "door open" : "door closed") : null, ct);
        }
        catch (Exception error) when (IsOutage(error))
        {
            door.LastSeen = null; // it is told again in a moment
        }
    }

    private async Task DoorAsync(Machine machine, MqttMessage message, CancellationToken ct)
    {
        var own = health.SettingsOf(machine);
        var fault = "no_secret";
        foreach (var key in await keys.OfAsync(machine, own, ct))
        {
            if (LockMessages.ReadDoor(message.Payload.Span, key, out fault) is not { } said) continue;
            doors.Of(machine.Id).Key = key;
            await KeepAsync(machine, said, ct);
            return;
        }

        Ignore(machine, fault, "door");
    }

    private async Task KeepAsync(Machine machine, DoorMessage said, CancellationToken ct)
    {
        try
        {
            if (await visits.NamedAsync(machine, said.Transaction, ct) is not { } vend)
            {
                Ignore(machine, "unknown_transaction", "door");
                return;
            }

            var own = health.SettingsOf(machine);
            var lighter = own.MilligramsOf(said.Units);
            DoorEvent heard = said.Items.Count > 0
                ? new DoorEvent.Named(said.Items, lighter, BasketSource.Controller)
                : new DoorEvent.SaidNothing(lighter is 0 ? null : lighter);
            await HearAsync(machine, vend, heard, ("controller", Visits.TextOf(new { said.Items, grams = lighter / 1_000m })), ct);
        }
        catch (Exception error) when (IsOutage(error))
        {
            log.LogError(error, "What fridge {Machine} said of its door could not be kept; tried again", machine.Id);
            meter.Failed("database", "fridge");
            if (unheard.Count < MostUnheard) unheard.Enqueue((machine, said));
        }
    }

    private async Task AgentAsync(Machine machine, MqttMessage message, CancellationToken ct)
    {
        if (ReadAgent(message.Payload) is not { } told || AgentMessages.FaultIn(told) is not null)
        {
            Ignore(machine, "malformed", "agent");
            return;
        }

        try
        {
            if (told.Temperatures is { } degrees) await health.WarmAsync(machine, degrees, ct);
            if (told.Basket is not { } basket) return;
            if (await visits.NamedAsync(machine, basket.Transaction, ct) is not { } vend)
            {
                Ignore(machine, "unknown_transaction", "agent");
                return;
            }

            await BasketAsync(machine, vend, basket, ct);
        }
        catch (Exception error) when (IsOutage(error))
        {
            log.LogError(error, "What the agent of fridge {Machine} said could not be kept", machine.Id);
            meter.Failed("database", "fridge");
            throw; // it is not acknowledged, and said again
        }
    }

    private async Task BasketAsync(Machine machine, Id<Vend> vend, AgentBasket basket, CancellationToken ct)
    {
        var own = health.SettingsOf(machine);
        var items = basket.Items.Select(item => new TakenItem(item.Sku, item.Quantity)).ToList();
        var (lines, unknown) = await weigh.LinesAsync(machine, own.Skus, items, ct);
        if (!basket.Final)
        {
            var door = doors.Of(machine.Id);
            if (door.Agent.Visit == vend && door.Agent.Sequence >= basket.Sequence) return; // older than what is shown
            door.Agent = (vend, basket.Sequence);
            if (unknown is null) await baskets.PreviewAsync(vend, [.. lines.Select(l => new BasketPiece(l.Slot, l.Quantity))], ct);
            return;
        }

        var lighter = basket.LighterGrams is { } grams ? (long?)(grams * 1_000) : null;
        var word = ("agent", Visits.TextOf(basket));
        if (items.Count == 0) await HearAsync(machine, vend, new DoorEvent.SaidNothing(lighter is 0 ? null : lighter), word, ct);
        else if (basket.Confidence < own.LeastConfidence) await HearUnsureAsync(machine, vend, items, lighter, word, ct);
        else await HearAsync(machine, vend, new DoorEvent.Named(items, lighter, BasketSource.Agent), word, ct);
    }

    /// <summary>A basket the agent itself is not sure of is evidence, and no basket.</summary>
    private async Task HearUnsureAsync(
        Machine machine, Id<Vend> vend, List<TakenItem> items, long? lighter, (string, string) word, CancellationToken ct)
    {
        await visits.ChangeAsync(machine.OrganizationId, vend, (visit, _) => DoorChange.Nothing(visit.Session()), word, ct);
        meter.Ignored("unsure");
        log.LogInformation(
            "The agent of fridge {Machine} is not sure of {Count} items ({Lighter} mg)", machine.Id, items.Count, lighter);
    }

    private static AgentMessage? ReadAgent(ReadOnlyMemory<byte> payload)
    {
        if (payload.Length > AgentMessages.LongestBytes) return null;
        try
        {
            return JsonSerializer.Deserialize(payload.Span, ProtocolJson.Default.AgentMessage);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    private static bool IsOutage(Exception error) =>
        error is DbException or DbUpdateException or IOException or TimeoutException or InvalidOperationException { InnerException: DbException }
        or RuleException { Code: "journal_full" or "database_unreachable" or "shutting_down" };

    private void Ignore(Machine machine, string why, string topic)
    {
        meter.Ignored(why);
        log.LogInformation("Fridge {Machine} said something on {Topic} that is ignored: {Why}", machine.Id, topic, why);
    }
}
