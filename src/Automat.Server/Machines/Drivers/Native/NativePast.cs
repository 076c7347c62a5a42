using Automat.Protocol;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>What a machine told of itself, for its page.</summary>
internal sealed class NativePast(AutomatDb db) : IMachinePast
{
    // What is counted and measured all the time is no event for people.
    private static readonly string[] Told =
        [EventTypes.CashSale, EventTypes.VendFailed, EventTypes.VendReset, EventTypes.Fault, EventTypes.FaultCleared, EventTypes.Door, EventTypes.PowerOn];

    public async Task<IReadOnlyList<MachineHappening>> LatestAsync(Machine machine, int most, CancellationToken ct)
    {
        var events = await db.Set<MachineEvent>().AsNoTracking().Where(e => e.MachineId == machine.Id)
            .OrderByDescending(e => e.Sequence).Take(most * 4).Select(e => new { e.Type, e.At, e.ReceivedAt, e.Payload }).ToListAsync(ct);
        return [.. events.Where(e => Told.Contains(e.Type)).Take(most).Select(e =>
        {
            using var told = System.Text.Json.JsonDocument.Parse(e.Payload);
            var open = told.RootElement.TryGetProperty("open", out var door) && door.ValueKind is System.Text.Json.JsonValueKind.True;
            var word = e.Type == EventTypes.Door ? open ? "door_opened" : "door_closed" : e.Type;
            var tone = e.Type is EventTypes.Fault or EventTypes.VendFailed ? "bad" : e.Type is EventTypes.FaultCleared ? "good" : "idle";
            return new MachineHappening(e.At ?? e.ReceivedAt, word, DetailOf(told.RootElement), tone);
        })];
    }

    private static string? DetailOf(System.Text.Json.JsonElement told)
    {
        string?[] words = [Word("slot"), Word("code"), Word("text")];
        return words.Any(w => w is not null) ? string.Join(" · ", words.Where(w => w is { Length: > 0 })) : null;

        string? Word(string name) =>
            told.TryGetProperty(name, out var value) && value.ValueKind is System.Text.Json.JsonValueKind.String ? value.GetString() : null;
    }
}

/// <summary>Which configuration a machine is to have; which it was sent is noted when it fetches one.</summary>
internal sealed class NativeConfigurations(NativeMachines natives, DeviceConfigs configs, SentConfigs sent) : IMachineConfigurations
{
    public async Task<ConfigurationState?> OfAsync(Machine machine, CancellationToken ct)
    {
        if (!natives.Has(machine)) return null;
        var wanted = await configs.OfAsync(machine, ct);
        var last = await sent.LastAsync(machine, ct);
        return new ConfigurationState(wanted.Version, last?.Version, last?.SentAt);
    }
}
