using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Automat.Server.Stock;

/// <summary>A place as staff write it.</summary>
/// <param name="Name">At most 60 characters, unique.</param>
/// <param name="Kind"><c>warehouse</c> or <c>van</c>; stays as it is when absent.</param>
/// <param name="Archived">Whether it is given up; only an empty place can be.</param>
internal sealed record PlaceRequest(string? Name = null, string? Kind = null, bool? Archived = null);

/// <summary>A place as staff see it.</summary>
public sealed record PlaceAnswer(Guid Id, string Name, string Kind, bool Archived, int Pieces);

/// <summary>What staff do with warehouses and vans.</summary>
internal sealed class Places(AutomatDb db, TimeProvider clock)
{
    private const int Most = 500;

    public static void Map(IEndpointRouteBuilder places)
    {
        places.MapGet("", async (Places all, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(new { items = await all.ListAsync(caller.OrganizationOf(), ct) }))
            .RequirePermission(Permission.CatalogRead).WithName("ListPlaces").WithSummary("List warehouses and vans");
        places.MapPost("", async (PlaceRequest request, Places all, ClaimsPrincipal caller, CancellationToken ct) =>
            {
                var id = await all.AddAsync(caller.OrganizationOf(), request, ct);
                return TypedResults.Created($"/api/v1/stock/places/{id.Value}", new { id = id.Value });
            })
            .RequirePermission(Permission.CatalogWrite).WithName("NewPlace").WithSummary("Add a warehouse or van");
        places.MapPatch("/{place:guid}", async (
                Guid place, PlaceRequest request, Places all, ClaimsPrincipal caller, CancellationToken ct) =>
            {
                await all.ChangeAsync(caller.OrganizationOf(), place, request, ct);
                return TypedResults.NoContent();
            })
            .RequirePermission(Permission.CatalogWrite).WithName("ChangePlace").WithSummary("Rename a place, or give it up");
    }

    /// <summary>All of them by name, with what they hold.</summary>
    public async Task<IReadOnlyList<PlaceAnswer>> ListAsync(Id<Organization> organization, CancellationToken ct)
    {
        var all = await db.Set<StockPlace>().AsNoTracking().Where(p => p.OrganizationId == organization).OrderBy(p => p.Name).Take(Most).ToListAsync(ct);
        var pieces = await db.Set<StockBatch>().Where(b => b.OrganizationId == organization).GroupBy(b => b.PlaceId)
            .Select(g => new { Place = g.Key, Pieces = g.Sum(b => b.Quantity) }).ToDictionaryAsync(g => g.Place, g => g.Pieces, ct);
        return [.. all.Select(p => new PlaceAnswer(
            p.Id.Value, p.Name, p.Kind is PlaceKind.Van ? "van" : "warehouse", p.ArchivedAt is not null, pieces.GetValueOrDefault(p.Id)))];
    }

    /// <summary>Adds one.</summary>
    /// <exception cref="FieldsException"><c>place_invalid</c>.</exception>
    public async Task<Id<StockPlace>> AddAsync(Id<Organization> organization, PlaceRequest request, CancellationToken ct)
    {
        var name = Sound(request.Name);
        var kind = KindOf(request.Kind ?? "");
        if (await db.Set<StockPlace>().CountAsync(p => p.OrganizationId == organization, ct) >= Most) throw Wrong("name", $"There are at most {Most} places.");
        var place = new StockPlace { Id = Id<StockPlace>.New(clock.GetUtcNow()), OrganizationId = organization, Name = name, Kind = kind };
        db.Add(place);
        db.Note(organization, "stock_place.added", "stock_place", place.Id.ToString());
        await SaveAsync(ct);
        return place.Id;
    }

    /// <summary>Changes one.</summary>
    /// <exception cref="RuleException"><c>place_unknown</c>; <c>place_not_empty</c> where goods lie there.</exception>
    /// <exception cref="FieldsException"><c>place_invalid</c>.</exception>
    public async Task ChangeAsync(Id<Organization> organization, Guid id, PlaceRequest request, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var before = (await PlaceStock.LockAsync(db, organization, id, clock, ct)).Place;
        if (request.Archived is true && await db.Set<StockBatch>().AnyAsync(b => b.PlaceId == before.Id, ct))
        {
            throw new RuleException("place_not_empty", $"Goods lie in {before.Name}: move or count them first.");
        }

        db.Replace(before, before with
        {
            Name = request.Name is null ? before.Name : Sound(request.Name),
            Kind = request.Kind is null ? before.Kind : KindOf(request.Kind),
            ArchivedAt = request.Archived switch { null => before.ArchivedAt, true => before.ArchivedAt ?? clock.GetUtcNow().ToUniversalTime(), false => null },
        });
        if (db.ChangeTracker.HasChanges()) await SaveAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private async Task SaveAsync(CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException taken) when (taken.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            throw Wrong("name", "There is a place of this name.");
        }
    }

    private static PlaceKind KindOf(string kind) => kind switch
    {
        "warehouse" => PlaceKind.Warehouse,
        "van" => PlaceKind.Van,
        _ => throw Wrong("kind", "Either warehouse or van."),
    };

    private static string Sound(string? name) => name?.Trim() is { Length: > 0 and <= 60 } plain && !plain.Any(char.IsControl)
        ? plain
        : throw Wrong("name", "Between 1 and 60 characters in one line.");

    private static FieldsException Wrong(string field, string sentence) =>
        new("place_invalid", new Dictionary<string, string>(StringComparer.Ordinal) { [field] = sentence });
}
