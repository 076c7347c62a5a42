using System.Text.Json;
using System.Text.Json.Nodes;
using Automat.Domain;
using Automat.Protocol;
using Automat.Server.Devices;
using Automat.Server.Vends;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>
/// Takes what happened at a machine. An event has its effect first, under a key of its own, and is kept then: a crash in
/// between makes the machine tell it again, and the effect is not had twice. One bad event does not hold up the others.
/// </summary>
internal sealed class TakeEvents(
    EventLog log, MachineSales sales, NativeMachines natives, MachineStatuses statuses, VendCounters counters,
    TimeProvider clock)
{
    /// <summary>Events one batch may have.</summary>
    public const int MostEvents = 100;

    private const int LongestText = 500;

    private const int LongestCode = 64;

    private const long MostSequence = 1L << 53; // what every JSON reader can count

    public async Task<EventsAnswer> RunAsync(Machine machine, EventBatch batch, CancellationToken ct)
    {
        if (batch.Events.Count > MostEvents) throw new RuleException("events_too_large", $"At most {MostEvents} events at once.");
        if (batch.Events.Any(e => e.Sequence is < 1 or > MostSequence) || batch.Oldest is < 1 or > MostSequence)
        {
            throw new RuleException("sequence_invalid", "Sequence numbers begin with 1.");
        }

        var (known, keptFrom) = await log.FindAsync(machine, [.. batch.Events.Select(e => e.Sequence)], ct);
        var refused = new List<RefusedEvent>();
        var kept = new Dictionary<long, MachineEvent>();
        foreach (var told in batch.Events.OrderBy(e => e.Sequence))
        {
            var payload = JsonSerializer.Serialize(told, ProtocolJson.Default.DeviceEvent);
            // The database keeps text without this character, and would refuse the event for ever.
            if (payload.Contains("\\u0000", StringComparison.Ordinal)) throw new RuleException("text_invalid", "No NUL in a text.");
            var before = known.TryGetValue(told.Sequence, out var stored) ? stored.Payload : kept.GetValueOrDefault(told.Sequence)?.Payload;
            if (before is not null)
            {
                if (!JsonNode.DeepEquals(JsonNode.Parse(before), JsonNode.Parse(payload))) refused.Add(Reused(told));
                else if (stored.Refused is { } code) refused.Add(new RefusedEvent(told.Sequence, code, "As before."));
                continue;
            }

            if (told.Sequence < keptFrom) continue; // had, and forgotten since
            var trouble = await TryAsync(machine, told, ct);
            if (trouble is not null) refused.Add(trouble);
            kept.Add(told.Sequence, Keep(machine, told, payload, trouble?.Code));
        }

        var (through, highest, missing) = await log.KeepAsync(machine, [.. kept.Values], batch.Oldest ?? 1, ct);
        return new EventsAnswer { Through = through, Highest = highest, Missing = missing, Refused = refused };
    }

    /// <summary>Loud, because a machine that counts from one again would otherwise lose its sales in silence.</summary>
    private static RefusedEvent Reused(DeviceEvent told) => new(told.Sequence, "sequence_reused",
        "Another event was told under this number; go on after 'highest'.");

    private async Task<RefusedEvent?> TryAsync(Machine machine, DeviceEvent told, CancellationToken ct)
    {
        try
        {
            await EffectAsync(machine, told, ct);
            return null;
        }
        catch (RuleException broken) when (!IsPassing(broken.Code))
        {
            return new RefusedEvent(told.Sequence, broken.Code, broken.Message);
        }
    }

    /// <summary>Nothing is wrong with the event: the whole batch is told again later.</summary>
    private static bool IsPassing(string code) =>
        code is "journal_full" or "database_unreachable" or "shutting_down" or "changed_meanwhile";

    private async Task EffectAsync(Machine machine, DeviceEvent told, CancellationToken ct)
    {
        if (told.Text?.Length > LongestText) throw new RuleException("text_too_long", $"At most {LongestText} characters.");
        switch (told.Type)
        {
            case EventTypes.CashSale:
                await sales.CashSaleAsync(machine, Order(machine, told), ct);
                break;
            case EventTypes.VendFailed when told.ReservationId is not null:
                await sales.FailedAsync(
                    machine, SellByDevice.VendId(told.ReservationId), DeviceJson.Word(told.Code, "vend_failed"), ct);
                break;
            case EventTypes.VendReset:
                // A reset of the bus between approved and success counts as success: MdbSessionTable, Reset in Approved is Charged.
                await sales.CommitAsync(machine, SellByDevice.VendId(told.ReservationId), amount: null, "mdb_reset", ct);
                break;
            case EventTypes.Fault or EventTypes.FaultCleared:
                await FaultAsync(machine, told, ct);
                break;
            case EventTypes.Counters when told.Counters is { } counted && natives.Has(machine):
                // Whether it is idle it does not say, so that nothing counted proves nothing.
                await counters.HeardAsync(machine, counted, idle: false, ct);
                break;
            case EventTypes.VendFailed or EventTypes.Door or EventTypes.Temperature or EventTypes.Counters
                or EventTypes.PowerOn:
                break; // kept; nothing follows from it
            default:
                throw new RuleException("event_type_unknown", $"There is no event '{told.Type[..Math.Min(told.Type.Length, 32)]}'.");
        }
    }

    /// <summary>An event that comes late says nothing of now: what the machine told of the same fault since holds.</summary>
    private async Task FaultAsync(Machine machine, DeviceEvent told, CancellationToken ct)
    {
        if (told.Code is not { Length: >= 1 and <= LongestCode } code)
        {
            throw new RuleException("code_missing", $"A fault has a code of up to {LongestCode} characters.");
        }

        if (!natives.Has(machine) || await log.HasNewerFaultAsync(machine, told.Sequence, code, ct)) return;
        if (told.Type == EventTypes.FaultCleared) statuses.Mended(machine.Id, code);
        else statuses.Broke(machine.Id, new MachineFault(code, told.Text ?? "", At(told) ?? clock.GetUtcNow()));
    }

    private static DateTimeOffset? At(DeviceEvent told) =>
        told.At is { } at and > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(at) : null;

    private MachineOrder Order(Machine machine, DeviceEvent told) =>
        new($"e:{told.Sequence}", told.Slot, told.Amount, told.Quantity ?? 1)
        {
            Most = natives.SettingsOf(machine).LargestAmount,
        };

    private MachineEvent Keep(Machine machine, DeviceEvent told, string payload, string? refused) => new()
    {
        MachineId = machine.Id,
        Sequence = told.Sequence,
        OrganizationId = machine.OrganizationId,
        Type = told.Type[..Math.Min(told.Type.Length, 32)],
        At = At(told),
        ReceivedAt = clock.GetUtcNow().ToUniversalTime(),
        Payload = payload,
        Refused = refused,
    };

    public static void Map(IEndpointRouteBuilder device) => device
        .MapPost("/events", async (HttpContext http, TakeEvents take, CancellationToken ct) => DeviceJson.Answer(
            await take.RunAsync(http.Machine(), DeviceJson.Read(http, ProtocolJson.Default.EventBatch), ct),
            ProtocolJson.Default.EventsAnswer))
        .Accepts<EventBatch>("application/json").Produces<EventsAnswer>().ProducesProblem(422)
        .WithName("DeviceEvents").WithSummary("Tell what happened at a machine, counted without gaps");
}
