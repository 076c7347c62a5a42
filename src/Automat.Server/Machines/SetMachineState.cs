using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;

namespace Automat.Server.Machines;

/// <summary>Which state a machine is to have.</summary>
/// <param name="State"><c>active</c>, <c>out_of_service</c> or <c>retired</c>.</param>
/// <param name="Confirm">The machine's id once more; needed to retire it, which is for good.</param>
internal sealed record SetMachineStateRequest(string? State, string? Confirm);

/// <summary>Takes a machine into service, out of it, or retires it: then every door is shut to it at once.</summary>
public sealed class SetMachineState(AutomatDb db, MachineKeys keys, MachineChanges changes)
{
    /// <summary>Sets a machine's state; the same state again changes nothing.</summary>
    /// <exception cref="RuleException"><c>machine_unknown</c>; <c>machine_retired</c>, which is final.</exception>
    public async Task<Machine> RunAsync(ClaimsPrincipal caller, string id, MachineState state, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var machine = await db.LockedMachineAsync(caller, id, ct);
        if (machine.State == state) return machine;
        if (machine.State is MachineState.Retired)
        {
            throw new RuleException("machine_retired", $"{machine.Name} is retired for good; register another one.");
        }

        var changed = machine with { State = state };
        db.Replace(machine, changed);
        if (state is MachineState.Retired) await keys.RevokeAsync(db, machine.Id, secret: null, ct);
        var word = state switch
        {
            MachineState.Active => "machine.activated",
            MachineState.OutOfService => "machine.taken_out_of_service",
            MachineState.Retired => "machine.retired",
        };
        db.Note(machine.OrganizationId, word, "machine", machine.Id.Value);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        if (state is MachineState.Retired) changes.TellClosed(machine.Id);
        else changes.Tell(machine.Id);
        return changed;
    }

    internal static void Map(IEndpointRouteBuilder machines) => machines
        .MapPut("/{id}/state", async (
            string id, SetMachineStateRequest request, SetMachineState set, DriverRegistry drivers, MachineStatuses statuses,
            ClaimsPrincipal caller, HttpResponse response, CancellationToken ct) =>
        {
            var state = ListMachines.StateOf(request.State ?? "") ?? throw new FieldsException(
                "machine_invalid", new Dictionary<string, string> { ["state"] = "One of active, out_of_service, retired." });
            if (state is MachineState.Retired && request.Confirm != id)
            {
                throw new RuleException("confirm_missing", $"Retiring is for good: send \"confirm\": \"{id}\" with it.");
            }

            var machine = await set.RunAsync(caller, id, state, ct);
            response.Headers.ETag = OwnMachines.EtagOf(machine);
            return TypedResults.Ok(RegisteredMachine.Of(machine, drivers, statuses));
        })
        .RequirePermission(Permission.MachineWrite)
        .WithName(nameof(SetMachineState)).WithSummary("Take a machine into service, out of it, or retire it");
}
