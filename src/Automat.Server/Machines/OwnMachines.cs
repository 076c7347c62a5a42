using System.Security.Claims;
using System.Security.Cryptography;
using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines;

/// <summary>A machine as staff see it.</summary>
internal sealed record RegisteredMachine(
    string Id, string Name, string Location, string Driver, string TimeZone, string Currency, string State,
    string SilencePolicy, string? Group, JsonElement Settings, DateTimeOffset CreatedAt, MachineStatusView Status)
{
    /// <summary>Why what it says cannot be trusted, a stable word; null when it can.</summary>
    public string? Insecure { get; init; }

    public static RegisteredMachine Of(Machine machine, DriverRegistry drivers, MachineStatuses statuses) => new(
        machine.Id.Value, machine.Name, machine.Location, machine.Driver, machine.TimeZone, machine.Currency.Code,
        JsonNamingPolicy.SnakeCaseLower.ConvertName(machine.State.ToString()),
        JsonNamingPolicy.SnakeCaseLower.ConvertName(machine.SilencePolicy.ToString()),
        machine.Group, JsonElement.Parse(machine.Settings), machine.CreatedAt, MachineStatusView.Of(machine, drivers, statuses))
    {
        Insecure = drivers.Of(machine)?.WhyInsecure(machine),
    };
}

/// <summary>How a machine is, as staff see it.</summary>
internal sealed record MachineStatusView(
    string Machine, bool Online, DateTimeOffset? Since, DateTimeOffset? LastHeard, bool Selling, string? WhyNot,
    string? Firmware, long? UptimeSeconds, IReadOnlyList<MachineFault> Faults,
    IReadOnlyDictionary<string, double> Temperatures, IReadOnlyDictionary<string, long> Counters, string? ConfigEtag)
{
    public static MachineStatusView Of(Machine machine, DriverRegistry drivers, MachineStatuses statuses)
    {
        var status = statuses.Of(machine.Id);
        var report = status.Report ?? new MachineReport();
        var whyNot = drivers.WhyNotReady(machine);
        return new MachineStatusView(
            machine.Id.Value, status.Online, status is { Online: false, LastHeard: null } ? null : status.Since, status.LastHeard,
            whyNot is null, whyNot, report.Firmware, report.UptimeSeconds, report.Faults, report.Temperatures,
            report.Counters, report.ConfigEtag);
    }
}

/// <summary>Machines of the caller's own organisation; others do not exist for them.</summary>
public static class OwnMachines
{
    /// <summary>A machine of the caller's organisation.</summary>
    /// <exception cref="RuleException"><c>machine_unknown</c>.</exception>
    public static async Task<Machine> OwnMachineAsync(
        this AutomatDb db, ClaimsPrincipal caller, string id, CancellationToken ct)
    {
        var organization = caller.OrganizationOf();
        return MachineId.TryParse(id, out var machine)
            && await db.Set<Machine>().AsNoTracking()
                .SingleOrDefaultAsync(m => m.Id == machine && m.OrganizationId == organization, ct) is { } found
            ? found
            : throw Unknown(id);
    }

    /// <summary>The same, locked until the caller's transaction ends, so that what is checked is what is changed.</summary>
    internal static async Task<Machine> LockedMachineAsync(
        this AutomatDb db, ClaimsPrincipal caller, string id, CancellationToken ct)
    {
        var organization = caller.OrganizationOf();
        if (!MachineId.TryParse(id, out var machine)) throw Unknown(id);
        var found = await db.Set<Machine>().FromSql($"select * from machines where id = {machine.Value} for update")
            .AsNoTracking().ToListAsync(ct);
        return found is [var one] && one.OrganizationId == organization ? one : throw Unknown(id);
    }

    /// <summary>Which version of a machine's own data this is; its status is none of it.</summary>
    internal static string EtagOf(Machine machine) =>
        $"\"{Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new
        {
            machine.Name,
            machine.Location,
            machine.Group,
            machine.Driver,
            machine.TimeZone,
            State = machine.State.ToString(),
            Policy = machine.SilencePolicy.ToString(),
            machine.Settings,
        })))[..32]}\"";

    private static RuleException Unknown(string id) => new("machine_unknown", $"There is no machine '{id}'.");
}

/// <summary>Checks what staff write about a machine.</summary>
internal static class MachineFields
{
    public static void Text(Dictionary<string, string> faults, string field, string? text, int longest)
    {
        if (text is null || text.Trim().Length == 0 || text.Length > longest || text.Any(char.IsControl))
        {
            faults[field] = $"Needed: 1 to {longest} characters in one line.";
        }
    }

    public static void TimeZone(Dictionary<string, string> faults, string? name)
    {
        if (name is null || name.Length > 64 || (name != "UTC" && !name.Contains('/', StringComparison.Ordinal))
            || !TimeZoneInfo.TryFindSystemTimeZoneById(name, out _))
        {
            faults["time_zone"] = "Needed: an IANA time zone such as Europe/Berlin, or UTC.";
        }
    }

    public static void Group(Dictionary<string, string> faults, string? group)
    {
        if (group is { Length: > 60 } || group?.Any(char.IsControl) is true) faults["group"] = "At most 60 characters in one line.";
    }

    /// <summary>What is empty is no group.</summary>
    public static string? GroupOf(string? group) => string.IsNullOrWhiteSpace(group) ? null : group.Trim();

    public static SilencePolicy Policy(Dictionary<string, string> faults, string? word) => word switch
    {
        null or "refund_customer" => SilencePolicy.RefundCustomer,
        "assume_delivered" => SilencePolicy.AssumeDelivered,
        _ => Wrong(faults),
    };

    public static void Settings(Dictionary<string, string> faults, IMachineDriver? driver, JsonElement? settings)
    {
        if (settings is not { } given) return;
        if (given.ValueKind is not JsonValueKind.Object) faults["settings"] = "Settings are a JSON object.";
        else foreach (var (field, sentence) in driver?.FaultsIn(given) ?? new Dictionary<string, string>()) faults[field] = sentence;
    }

    public static void Secret(Dictionary<string, string> faults, IMachineDriver? driver, string? secret)
    {
        if (secret is not null && driver?.TakesSecret(secret) is not true)
        {
            faults["secret"] = "Such a machine gets its secret from us, or this is none it could have.";
        }
    }

    /// <summary>Whether a save was refused because a driver's setting must be one machine's alone; its index says so by its name.</summary>
    public static bool IsSettingTaken(DbUpdateException refused) => refused.InnerException is Npgsql.PostgresException
    {
        SqlState: Npgsql.PostgresErrorCodes.UniqueViolation,
    } broken && broken.ConstraintName?.StartsWith("ux_machines_setting_", StringComparison.Ordinal) is true;

    public static RuleException SettingTaken() =>
        new("machine_setting_taken", "Another machine on this server has one of these settings already, which only one can have.");

    private static SilencePolicy Wrong(Dictionary<string, string> faults)
    {
        faults["silence_policy"] = "Either refund_customer or assume_delivered.";
        return default;
    }
}
