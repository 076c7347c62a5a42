using Automat.Domain;
using Automat.Protocol;
using Automat.Server.Devices;
using Automat.Server.Vends;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>A machine says how it is, and learns what is new.</summary>
internal sealed class TakeHeartbeat(
    DeviceConfigs configs, FetchCommands commands, NativeMachines natives, MachineStatuses statuses, VendCounters counters,
    TimeProvider clock)
{
    private const int MostTemperatures = 16;
    private const int MostCounters = 64;
    private const int LongestName = 64;

    /// <summary>Takes what a machine says of itself, however it came.</summary>
    /// <param name="machine">Who says it.</param>
    /// <param name="told">How it is.</param>
    /// <param name="fetches">It takes its commands with the answer.</param>
    /// <param name="listens">It can be told what to do now, in whichever way.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<HeartbeatAnswer> RunAsync(
        Machine machine, Heartbeat told, bool fetches, bool listens, CancellationToken ct)
    {
        RequireSound(told);
        // Other drivers know by themselves whether their machine is there.
        if (natives.Has(machine)) await HeardAsync(machine, told, listens, ct);
        var document = await configs.OfAsync(machine, ct);
        return new HeartbeatAnswer
        {
            ServerTime = DeviceJson.Unix(clock.GetUtcNow()),
            Commands = fetches ? await commands.WithHeartbeatAsync(machine, ct) : [],
            ReloadConfig = !document.Is(told.ConfigEtag),
            NextHeartbeatS = natives.SettingsOf(machine).HeartbeatS,
        };
    }

    private async Task HeardAsync(Machine machine, Heartbeat told, bool listens, CancellationToken ct)
    {
        // Left out, they are as events told them.
        var faults = told.Faults is { } named
            ? [.. named.Select(f => new MachineFault(f.Code, f.Text ?? "", Since(f.Since)))]
            : statuses.Of(machine.Id).Report?.Faults ?? [];
        var whyNot = faults.Count > 0 ? "machine_faulted" : told.Ready is false ? "machine_busy" : null;
        statuses.Heard(machine.Id, Report(machine, told, faults, listens ? whyNot : "machine_offline"));
        if (told.Counters is { } counted) await counters.HeardAsync(machine, counted, idle: whyNot is null, ct);
    }

    private MachineReport Report(Machine machine, Heartbeat told, IReadOnlyList<MachineFault> faults, string? whyNot) => new()
    {
        Firmware = told.Firmware,
        UptimeSeconds = told.UptimeS,
        Faults = faults,
        Temperatures = told.Temperatures ?? new Dictionary<string, double>(StringComparer.Ordinal),
        Counters = told.Counters ?? new Dictionary<string, long>(StringComparer.Ordinal),
        ConfigEtag = told.ConfigEtag,
        Within = TimeSpan.FromSeconds(natives.SettingsOf(machine).HeartbeatS * 3),
        WhyNot = whyNot,
    };

    private DateTimeOffset Since(long? at) =>
        at is > 0 and < 253_402_300_800 ? DateTimeOffset.FromUnixTimeSeconds(at.Value) : clock.GetUtcNow();

    private static void RequireSound(Heartbeat told)
    {
        var tooMuch = told.Faults?.Count > MachineStatuses.MostFaults || told.Temperatures?.Count > MostTemperatures
            || told.Counters?.Count > MostCounters;
        if (tooMuch) throw new RuleException("heartbeat_too_large", "At most 32 faults, 16 temperatures and 64 counters.");
        IEnumerable<string?> names =
        [
            told.Firmware, told.ConfigEtag, .. told.Faults?.Select(f => f.Code) ?? [],
            .. told.Temperatures?.Keys ?? [], .. told.Counters?.Keys ?? [],
        ];
        if (names.Any(n => n?.Length > LongestName || n?.Contains('\0', StringComparison.Ordinal) is true)
            || told.Faults?.Any(f => f.Text?.Length > 500 || f.Text?.Contains('\0', StringComparison.Ordinal) is true) is true)
        {
            throw new RuleException("text_too_long", "Names have up to 64 characters, texts up to 500.");
        }
    }

    public static void Map(IEndpointRouteBuilder device) => device
        .MapPost("/heartbeat", async (HttpContext http, TakeHeartbeat take, CancellationToken ct) => DeviceJson.Answer(
            await take.RunAsync(
                http.Machine(), DeviceJson.ReadOr(http, ProtocolJson.Default.Heartbeat, new Heartbeat()), fetches: true, listens: true,
                ct),
            ProtocolJson.Default.HeartbeatAnswer))
        .Accepts<Heartbeat>(isOptional: true, "application/json").Produces<HeartbeatAnswer>().ProducesProblem(422)
        .WithName("DeviceHeartbeat").WithSummary("Say how a machine is; learn what is new");
}
