using System.Security.Claims;
using System.Text.Json;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines;

/// <summary>A machine that is to be known from now on.</summary>
/// <param name="Id">The name it is known by everywhere: 1 to 64 letters, digits, hyphens or underscores.</param>
/// <param name="Name">Name on pages.</param>
/// <param name="Location">Where it stands, in words.</param>
/// <param name="Driver">Its family of hardware, such as <c>arcade</c>.</param>
/// <param name="TimeZone">IANA name.</param>
/// <param name="Currency">ISO 4217 code of what it sells in.</param>
/// <param name="SilencePolicy"><c>refund_customer</c> (when absent) or <c>assume_delivered</c>.</param>
/// <param name="Settings">The driver's own settings.</param>
/// <param name="Group">The group it counts to, at most 60 characters; none when absent or empty.</param>
/// <param name="Secret">A secret it was given elsewhere, where its driver takes such; none when absent: then it enrols.</param>
internal sealed record RegisterMachineRequest(
    string? Id, string? Name, string? Location, string? Driver, string? TimeZone, string? Currency, string? SilencePolicy,
    JsonElement? Settings, string? Group = null, string? Secret = null);

/// <summary>Makes a machine known; it has no secret until it enrols, unless it brings one.</summary>
internal sealed class RegisterMachine(
    AutomatDb db, DriverRegistry drivers, MachineKeys keys, MachineChanges changes, TimeProvider clock)
{
    // What stands where a machine's name stands in addresses of ours.
    private static readonly HashSet<string> Reserved = new(["events", "labels", "live", "new"], StringComparer.OrdinalIgnoreCase);

    public async Task<Machine> RunAsync(ClaimsPrincipal caller, RegisterMachineRequest request, CancellationToken ct)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (!MachineId.TryParse(request.Id, out var id)) faults["id"] = "Needed: 1 to 64 letters, digits, hyphens or underscores.";
        else if (Reserved.Contains(id.Value)) faults["id"] = "One of our own addresses is called so; choose another name.";
        MachineFields.Text(faults, "name", request.Name, 100);
        MachineFields.Text(faults, "location", request.Location, 200);
        MachineFields.TimeZone(faults, request.TimeZone);
        var policy = MachineFields.Policy(faults, request.SilencePolicy);
        MachineFields.Group(faults, request.Group);
        var driver = drivers.Named(request.Driver ?? "");
        if (driver is null) faults["driver"] = $"This server knows: {string.Join(", ", drivers.Names)}.";
        else
        {
            MachineFields.Settings(faults, driver, request.Settings);
            MachineFields.Secret(faults, driver, request.Secret);
        }

        Currency currency = default;
        try
        {
            currency = Currency.Parse(request.Currency ?? "");
        }
        catch (RuleException unknown)
        {
            faults["currency"] = unknown.Message;
        }

        FieldsException.ThrowIfAny("machine_invalid", faults);
        var now = clock.GetUtcNow();
        var machine = new Machine
        {
            Id = id,
            OrganizationId = caller.OrganizationOf(),
            Name = request.Name!.Trim(),
            Location = request.Location!.Trim(),
            Group = MachineFields.GroupOf(request.Group),
            Driver = driver!.Name,
            TimeZone = request.TimeZone!,
            Currency = currency,
            SilencePolicy = policy,
            Settings = request.Settings?.GetRawText() ?? "{}",
            CreatedAt = now,
        };
        if (await db.Set<Machine>().AnyAsync(m => m.Id == id, ct)) throw Taken(id);
        db.Add(machine);
        if (request.Secret is { } given) await keys.KeepAsync(db, machine, given, ct);
        db.Note(machine.OrganizationId, "machine.registered", "machine", id.Value);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (db.Set<Machine>().AsNoTracking().Any(m => m.Id == id))
        {
            throw Taken(id); // two asked at once
        }
        catch (DbUpdateException refused) when (MachineFields.IsSettingTaken(refused))
        {
            throw MachineFields.SettingTaken();
        }

        changes.Tell(id);
        return machine;
    }

    public static void Map(IEndpointRouteBuilder machines) => machines
        .MapPost("", async (
            RegisterMachineRequest request, RegisterMachine register, DriverRegistry drivers, MachineStatuses statuses,
            ClaimsPrincipal caller, HttpResponse response, CancellationToken ct) =>
        {
            var machine = await register.RunAsync(caller, request, ct);
            response.Headers.ETag = OwnMachines.EtagOf(machine);
            return TypedResults.Created($"/api/v1/machines/{machine.Id}", RegisteredMachine.Of(machine, drivers, statuses));
        })
        .RequirePermission(Permission.MachineWrite)
        .WithName(nameof(RegisterMachine)).WithSummary("Register a machine");

    private static RuleException Taken(MachineId id) =>
        new("machine_id_taken", $"There is a machine '{id}' on this server already; choose another name.");
}
