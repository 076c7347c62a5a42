using System.Linq.Expressions;
using System.Security.Claims;
using Automat.Domain.Stock;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Stock;

/// <summary>Which slots are low or empty.</summary>
internal static class LowStock
{
    private const int Most = 500;

    /// <summary>
    /// At its minimum or below, as <see cref="RestockRules.MinimumOf"/> says it, in words the database understands: the two are
    /// held against each other by a test. A slot that is meant to be empty is not.
    /// </summary>
    public static Expression<Func<Slot, bool>> IsLow { get; } =
        slot => slot.Capacity != null && slot.ParLevel != 0 && slot.Stock <= (slot.MinLevel ?? ((slot.ParLevel ?? 0) + 2) / 3);

    public static void Map(IEndpointRouteBuilder stock) => stock.MapGet("/low", async (
            int? limit, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            var organization = caller.OrganizationOf();
            var slots = await (from slot in db.Set<Slot>().AsNoTracking().Where(IsLow)
                               join product in db.Set<Product>().AsNoTracking() on slot.ProductId equals product.Id
                               join machine in db.Set<Machine>().AsNoTracking() on slot.MachineId equals machine.Id
                               where slot.OrganizationId == organization && machine.State != MachineState.Retired
                               orderby slot.Stock, slot.MachineId, slot.Code
                               select new
                               {
                                   Machine = slot.MachineId,
                                   slot.Code,
                                   Product = product.Number,
                                   product.Name,
                                   product.Measure,
                                   slot.Stock,
                                   slot.ParLevel,
                                   slot.MinLevel,
                                   slot.Capacity,
                               }).Take(PageSize.Of(limit, Most)).ToListAsync(ct);
            return TypedResults.Ok(new
            {
                items = slots.Select(s => new
                {
                    machine = s.Machine.Value,
                    slot = s.Code,
                    product = s.Product,
                    name = s.Name,
                    measure = Measures.Word(s.Measure), // of a weight all numbers are grams
                    stock = s.Stock,
                    par_level = s.ParLevel,
                    minimum = RestockRules.MinimumOf(s.MinLevel, s.ParLevel),
                    bring = RestockRules.Of(s.Stock, s.ParLevel, s.Capacity!.Value, RestockRules.MinimumOf(s.MinLevel, s.ParLevel), 0, 1).Bring,
                }),
            });
        })
        .RequirePermission(Permission.CatalogRead).WithName(nameof(LowStock)).WithSummary("Slots at or below their minimum, the emptiest first");
}
