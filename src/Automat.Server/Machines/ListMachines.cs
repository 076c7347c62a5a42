using System.Security.Claims;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines;

/// <summary>A page of machines.</summary>
/// <param name="Items">In the order of their ids.</param>
/// <param name="NextCursor">What to ask for next; null at the end.</param>
internal sealed record RegisteredMachines(IReadOnlyList<RegisteredMachine> Items, string? NextCursor);

/// <summary>The machines of an organisation, a page at a time, and each by itself.</summary>
internal static class ListMachines
{
    private const int Most = 100;

    public static void Map(IEndpointRouteBuilder machines)
    {
        machines.MapGet("", RunAsync).RequirePermission(Permission.MachineRead)
            .WithName(nameof(ListMachines)).WithSummary("List machines");
        machines.MapGet("/{id}", async (
            string id, AutomatDb db, DriverRegistry drivers, MachineStatuses statuses, ClaimsPrincipal caller,
            HttpResponse response, CancellationToken ct) =>
        {
            var machine = await db.OwnMachineAsync(caller, id, ct);
            response.Headers.ETag = OwnMachines.EtagOf(machine);
            return TypedResults.Ok(RegisteredMachine.Of(machine, drivers, statuses));
        }).RequirePermission(Permission.MachineRead).WithName("GetMachine").WithSummary("A machine and how it is");
    }

    private static async Task<IResult> RunAsync(
        string? driver, string? state, bool? online, string? cursor, int? limit, AutomatDb db, DriverRegistry drivers,
        MachineStatuses statuses, ClaimsPrincipal caller, CancellationToken ct)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (limit is < 1 or > Most) faults["limit"] = $"A page has 1 to {Most} machines.";
        var wanted = state is null ? null : StateOf(state);
        if (state is not null && wanted is null) faults["state"] = "One of active, out_of_service, retired.";
        if (cursor is not null && !Domain.MachineId.TryParse(cursor, out _)) faults["cursor"] = "Use next_cursor of the page before.";
        FieldsException.ThrowIfAny("query_invalid", faults);

        var size = limit ?? 50;
        var organization = caller.OrganizationOf();
        var query = db.Set<Machine>().AsNoTracking().Where(m => m.OrganizationId == organization);
        if (driver is not null) query = query.Where(m => m.Driver == driver);
        if (wanted is { } only) query = query.Where(m => m.State == only);
        if (online is { } there)
        {
            var all = statuses.Online();
            query = there ? query.Where(m => all.Contains(m.Id)) : query.Where(m => !all.Contains(m.Id));
        }

        if (cursor is not null)
        {
#pragma warning disable CA1309 // The database compares, the way it also sorts.
            query = query.Where(m => string.Compare((string)(object)m.Id, cursor) > 0);
#pragma warning restore CA1309
        }

        var page = await query.OrderBy(m => m.Id).Take(size + 1).ToListAsync(ct);
        var items = page.Take(size).Select(m => RegisteredMachine.Of(m, drivers, statuses)).ToList();
        return TypedResults.Ok(new RegisteredMachines(items, page.Count > size ? items[^1].Id : null));
    }

    internal static MachineState? StateOf(string word) => word switch
    {
        "active" => MachineState.Active,
        "out_of_service" => MachineState.OutOfService,
        "retired" => MachineState.Retired,
        _ => null,
    };
}
