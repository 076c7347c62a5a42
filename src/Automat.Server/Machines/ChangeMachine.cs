using System.Security.Claims;
using System.Text.Json;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines;

/// <summary>What is to be different about a machine; what is absent stays, and an empty group is none.</summary>
internal sealed record ChangeMachineRequest(
    string? Name, string? Location, string? TimeZone, string? SilencePolicy, JsonElement? Settings, string? Group = null);

/// <summary>Changes what a machine is called, where it stands and how its driver treats it, if nobody else did meanwhile.</summary>
internal sealed class ChangeMachine(AutomatDb db, DriverRegistry drivers, MachineChanges changes)
{
    public async Task<Machine> RunAsync(
        ClaimsPrincipal caller, string id, string? match, ChangeMachineRequest request, CancellationToken ct)
    {
        if (string.IsNullOrEmpty(match)) throw new RuleException("etag_missing", "Send the ETag you saw in If-Match.");
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var machine = await db.LockedMachineAsync(caller, id, ct);
        if (match != OwnMachines.EtagOf(machine) && match != "*")
        {
            throw new RuleException("etag_mismatch", "Somebody changed this machine meanwhile; look at it again.");
        }

        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request.Name is not null) MachineFields.Text(faults, "name", request.Name, 100);
        if (request.Location is not null) MachineFields.Text(faults, "location", request.Location, 200);
        if (request.TimeZone is not null) MachineFields.TimeZone(faults, request.TimeZone);
        var policy = request.SilencePolicy is null ? machine.SilencePolicy : MachineFields.Policy(faults, request.SilencePolicy);
        MachineFields.Group(faults, request.Group);
        MachineFields.Settings(faults, drivers.Of(machine), request.Settings);
        FieldsException.ThrowIfAny("machine_invalid", faults);
        if (machine.State is MachineState.Retired) throw new RuleException("machine_retired", $"{machine.Name} is retired.");

        var changed = machine with
        {
            Name = request.Name?.Trim() ?? machine.Name,
            Location = request.Location?.Trim() ?? machine.Location,
            Group = request.Group is null ? machine.Group : MachineFields.GroupOf(request.Group),
            TimeZone = request.TimeZone ?? machine.TimeZone,
            SilencePolicy = policy,
            Settings = request.Settings?.GetRawText() ?? machine.Settings,
        };
        db.Replace(machine, changed);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException refused) when (MachineFields.IsSettingTaken(refused))
        {
            throw MachineFields.SettingTaken();
        }

        await transaction.CommitAsync(ct);
        changes.Tell(machine.Id);
        return await db.OwnMachineAsync(caller, id, ct); // as stored: the database writes JSON its own way
    }

    public static void Map(IEndpointRouteBuilder machines) => machines
        .MapPatch("/{id}", async (
            string id, ChangeMachineRequest request, ChangeMachine change, DriverRegistry drivers, MachineStatuses statuses,
            ClaimsPrincipal caller, HttpContext http, CancellationToken ct) =>
        {
            var machine = await change.RunAsync(caller, id, http.Request.Headers.IfMatch, request, ct);
            http.Response.Headers.ETag = OwnMachines.EtagOf(machine);
            return TypedResults.Ok(RegisteredMachine.Of(machine, drivers, statuses));
        })
        .RequirePermission(Permission.MachineWrite)
        .WithName(nameof(ChangeMachine)).WithSummary("Change a machine (If-Match needed)");
}
