using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Stock;

/// <summary>A route as programs see it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What staff call it.</param>
/// <param name="Place">The van it is driven with; null for none.</param>
/// <param name="DaysBetween">Days from one round to the next.</param>
/// <param name="Machines">Its machines, in the order they are driven to.</param>
public sealed record RouteAnswer(Guid Id, string Name, Guid? Place, int DaysBetween, IReadOnlyList<string> Machines);

/// <summary>What an operator's planning program does with rounds; the same rules as on the page.</summary>
internal sealed class RouteApi(AutomatDb db, Routes routes)
{
    public static void Map(IEndpointRouteBuilder all)
    {
        all.MapGet("", async (RouteApi api, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(new { items = await api.ListAsync(caller.OrganizationOf(), ct) }))
            .RequirePermission(Permission.CatalogRead).WithName("ListRoutes").WithSummary("List restock routes");
        all.MapGet("/{route:guid}", async (Guid route, RouteApi api, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(await api.OneAsync(caller.OrganizationOf(), route, ct)))
            .RequirePermission(Permission.CatalogRead).WithName("GetRoute").WithSummary("A restock route");
        all.MapPost("", async (RouteRequest request, Routes rounds, ClaimsPrincipal caller, CancellationToken ct) =>
            {
                var id = await rounds.SaveAsync(caller.OrganizationOf(), null, request, ct);
                return TypedResults.Created($"/api/v1/stock/routes/{id.Value}", new { id = id.Value });
            })
            .RequirePermission(Permission.CatalogWrite).WithName("NewRoute").WithSummary("Add a restock route");
        all.MapPut("/{route:guid}", async (Guid route, RouteRequest request, Routes rounds, ClaimsPrincipal caller, CancellationToken ct) =>
            {
                await rounds.SaveAsync(caller.OrganizationOf(), route, request, ct);
                return TypedResults.NoContent();
            })
            .RequirePermission(Permission.CatalogWrite).WithName("ReplaceRoute").WithSummary("Change a restock route and its machines");
        all.MapDelete("/{route:guid}", async (Guid route, Routes rounds, ClaimsPrincipal caller, CancellationToken ct) =>
            {
                await rounds.RemoveAsync(caller.OrganizationOf(), route, ct);
                return TypedResults.NoContent();
            })
            .RequirePermission(Permission.CatalogWrite).WithName("RemoveRoute").WithSummary("Remove a restock route; its visits stay");
    }

    private async Task<IReadOnlyList<RouteAnswer>> ListAsync(Id<Organization> organization, CancellationToken ct) =>
        await WithStopsAsync(organization, await routes.ListAsync(organization, ct), ct);

    private async Task<RouteAnswer> OneAsync(Id<Organization> organization, Guid id, CancellationToken ct) =>
        (await WithStopsAsync(organization, [await routes.FindAsync(organization, id, ct)], ct))[0];

    private async Task<IReadOnlyList<RouteAnswer>> WithStopsAsync(Id<Organization> organization, List<RestockRoute> some, CancellationToken ct)
    {
        var ids = some.Select(r => r.Id).ToList();
        var stops = await db.Set<RestockStop>().AsNoTracking().Where(s => s.OrganizationId == organization && ids.Contains(s.RouteId))
            .OrderBy(s => s.Position).Select(s => new { s.RouteId, s.MachineId }).ToListAsync(ct);
        var byRoute = stops.ToLookup(s => s.RouteId, s => s.MachineId.Value);
        return [.. some.Select(r => new RouteAnswer(r.Id.Value, r.Name, r.PlaceId?.Value, r.DaysBetween, [.. byRoute[r.Id]]))];
    }
}
