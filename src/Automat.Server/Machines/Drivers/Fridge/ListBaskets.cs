using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Doors;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>Shows visits and their evidence, and takes a person's decision.</summary>
internal static class ListBaskets
{
    private const int Most = 200;

    /// <summary>Visits that wait for a person.</summary>
    internal static IQueryable<DoorVisit> Waiting(AutomatDb db, Id<Organization> organization) => db.Set<DoorVisit>().AsNoTracking()
        .Where(v => v.OrganizationId == organization && v.GivenUpAt == null
            && (v.Status == DoorStatus.Review || v.Status == DoorStatus.Doubtful));

    public static void Map(IEndpointRouteBuilder baskets)
    {
        baskets.MapGet("", async (string? status, int? limit, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            var organization = caller.OrganizationOf();
            var query = status == "waiting"
                ? Waiting(db, organization).OrderBy(v => v.UnlockedAt)
                : db.Set<DoorVisit>().AsNoTracking().Where(v => v.OrganizationId == organization).OrderByDescending(v => v.UnlockedAt);
            var page = await query.Take(PageSize.Of(limit, Most)).ToListAsync(ct);
            return TypedResults.Ok(new { items = page.Select(BasketView.Of) });
        }).RequirePermission(Permission.SalesRead).WithName(nameof(ListBaskets))
            .WithSummary("Visits at fridges, newest first; with status=waiting those a person has to decide, oldest first");
        baskets.MapGet("/{id:guid}", async (Guid id, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            var (vend, organization) = (new Id<Vend>(id), caller.OrganizationOf());
            var visit = await db.Set<DoorVisit>().AsNoTracking()
                .SingleOrDefaultAsync(v => v.VendId == vend && v.OrganizationId == organization, ct)
                ?? throw new RuleException("basket_unknown", "There is no such basket.");
            return TypedResults.Ok(new { basket = BasketView.Of(visit), evidence = await WordsAsync(db, vend, ct) });
        }).RequirePermission(Permission.SalesRead).WithName("GetBasket").WithSummary("One visit at a fridge, with its evidence");
        baskets.MapPost("/{id:guid}/decision", async (
            Guid id, DecideBasketRequest request, DecideBasket decide, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(await decide.RunAsync(caller, id, request, ct)))
            .RequirePermission(Permission.SalesWrite).WithName(nameof(DecideBasket))
            .WithSummary("Say what was taken from a fridge, where nobody could be sure");
    }

    /// <summary>The evidence of a visit, in order.</summary>
    internal static Task<List<BasketWord>> WordsAsync(AutomatDb db, Id<Vend> vend, CancellationToken ct) =>
        db.Set<DoorWord>().AsNoTracking().Where(w => w.VendId == vend).OrderBy(w => w.Id)
            .Select(w => new BasketWord(w.At, w.Source, w.Text)).ToListAsync(ct);
}
