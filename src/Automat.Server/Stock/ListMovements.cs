using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Stock;

/// <summary>A movement as programs read it; the quantity is pieces, or grams where the measure is <c>weight</c>.</summary>
internal sealed record MovementAnswer(
    long Number, DateTimeOffset At, string Kind, int Product, Guid? Place, string? Machine, string? Slot, int Quantity,
    DateOnly? ExpiresOn, Guid? Together, string? DoneBy, string? Note, string Measure);

/// <summary>The log of movements, newest first.</summary>
internal static class ListMovements
{
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder movements) => movements.MapGet("", async (
            long? cursor, int? limit, int? product, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            var size = PageSize.Of(limit, Most);
            var organization = caller.OrganizationOf();
            var query = from movement in db.Set<StockMovement>().AsNoTracking()
                        join goods in db.Set<Product>().AsNoTracking() on movement.ProductId equals goods.Id
                        where movement.OrganizationId == organization
                        select new { movement, goods.Number, goods.Measure };
            if (product is { } number) query = query.Where(m => m.Number == number);
            if (cursor is { } before) query = query.Where(m => m.movement.Number < before);
            var page = await query.OrderByDescending(m => m.movement.Number).Take(size + 1).ToListAsync(ct);
            return TypedResults.Ok(new
            {
                items = page.Take(size).Select(m => new MovementAnswer(
                    m.movement.Number, m.movement.At, JsonNamingPolicy.SnakeCaseLower.ConvertName(m.movement.Kind.ToString()), m.Number,
                    m.movement.PlaceId?.Value, m.movement.MachineId?.Value, m.movement.Slot, m.movement.Quantity, m.movement.ExpiresOn,
                    m.movement.Together, m.movement.DoneBy, m.movement.Note, Measures.Word(m.Measure))),
                next_cursor = page.Count > size ? page[size - 1].movement.Number.ToString(CultureInfo.InvariantCulture) : null,
            });
        })
        .RequirePermission(Permission.CatalogRead).WithName(nameof(ListMovements)).WithSummary("The log of movements of goods, newest first");
}
