using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Stock;

/// <summary>A stock that is not what its movements add up to.</summary>
internal sealed record StockDifference(Guid ProductId, Guid? PlaceId, string? MachineId, string? Slot, long Level, long Moved);

/// <summary>Holds every stock against the sum of its movements. There is never a difference unless somebody went past the server.</summary>
internal sealed class CheckStock(AutomatDb db)
{
    private const int Most = 100;

    public static void Map(IEndpointRouteBuilder stock) => stock.MapGet("/check", async (
            CheckStock check, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            var differences = await check.RunAsync(caller.OrganizationOf(), ct);
            return TypedResults.Ok(new { sound = differences.Count == 0, differences });
        })
        .RequirePermission(Permission.CatalogRead).WithName(nameof(CheckStock)).WithSummary("Hold every stock against the sum of its movements");

    /// <summary>Where they differ; the first hundred.</summary>
    public Task<List<StockDifference>> RunAsync(Id<Organization> organization, CancellationToken ct) => db.Database.SqlQuery<StockDifference>(
        $"""
        with moved as (
            select product_id, place_id, machine_id, slot, sum(quantity) as pieces from stock_movements
            where organization_id = {organization.Value} group by product_id, place_id, machine_id, slot),
        level as (
            select product_id, place_id, null::text as machine_id, null::text as slot, sum(quantity) as pieces from stock_batches
            where organization_id = {organization.Value} group by product_id, place_id
            union all
            select product_id, null, machine_id, code, stock from slots where organization_id = {organization.Value})
        select coalesce(l.product_id, m.product_id) as "ProductId", coalesce(l.place_id, m.place_id) as "PlaceId",
            coalesce(l.machine_id, m.machine_id) as "MachineId", coalesce(l.slot, m.slot) as "Slot",
            coalesce(l.pieces, 0)::bigint as "Level", coalesce(m.pieces, 0)::bigint as "Moved"
        from level l full join moved m on m.product_id = l.product_id
            and coalesce(m.place_id::text, m.machine_id || '/' || m.slot) = coalesce(l.place_id::text, l.machine_id || '/' || l.slot)
        where coalesce(l.pieces, 0) <> coalesce(m.pieces, 0)
        limit {Most}
        """).ToListAsync(ct);
}
