using System.Globalization;
using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Goods;
using Automat.Domain.Stock;
using Automat.Server.Audit;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Notifications.Channels;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Stock;

/// <summary>Goods that moved at a place.</summary>
/// <param name="Kind"><c>receive</c>, <c>transfer</c>, <c>count</c> or <c>spoil</c>.</param>
/// <param name="Place">The place.</param>
/// <param name="Product">The product's number.</param>
/// <param name="Quantity">Pieces, or grams of what is sold by weight; of a count what is there now.</param>
/// <param name="ExpiresOn">When what was received expires; null where it keeps.</param>
/// <param name="To">Where a transfer goes.</param>
/// <param name="Note">In words.</param>
/// <param name="Id">Names this act: sent twice, it is done once.</param>
internal sealed record MoveStockRequest(
    string? Kind, Guid? Place, int? Product, int? Quantity, DateOnly? ExpiresOn = null, Guid? To = null, string? Note = null, Guid? Id = null);

/// <summary>Goods come to a place, go to another, are counted or thrown away. Those that expire first go first.</summary>
internal sealed class MoveStock(AutomatDb db, ChannelOutbox channels, Actor actor, TimeProvider clock)
{
    private const int MostPieces = 1_000_000;
    private const int MostGrams = 1_000_000_000;

    public static void Map(IEndpointRouteBuilder movements) => movements.MapPost("", async (
            MoveStockRequest request, MoveStock move, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            await move.RunAsync(caller.OrganizationOf(), request, ct);
            return TypedResults.NoContent();
        })
        .RequirePermission(Permission.CatalogWrite).WithName(nameof(MoveStock))
        .WithSummary("Receive goods at a place, transfer, count, or write them off");

    /// <summary>Moves them.</summary>
    /// <exception cref="FieldsException"><c>movement_invalid</c>.</exception>
    /// <exception cref="RuleException"><c>place_unknown</c>, <c>place_archived</c>, <c>product_unknown</c>, <c>stock_short</c>.</exception>
    public async Task RunAsync(Id<Organization> organization, MoveStockRequest request, CancellationToken ct)
    {
        FieldsException.ThrowIfAny("movement_invalid", FaultsIn(request));
        var id = request.Id ?? Guid.CreateVersion7(clock.GetUtcNow());
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Two places in the order of their ids, so that two transfers cannot wait for each other.
        var places = new Dictionary<Guid, PlaceStock>();
        foreach (var place in new[] { request.Place, request.To }.OfType<Guid>().Distinct().Order())
        {
            places[place] = await PlaceStock.LockAsync(db, organization, place, clock, ct);
        }

        // The places are locked: whoever sends the same again comes after, and finds it done.
        if (request.Id is not null && await db.Set<StockMovement>().AnyAsync(m => m.OrganizationId == organization && m.Together == id, ct)) return;
        var product = await db.Set<Product>().AsNoTracking().Where(p => p.OrganizationId == organization && p.Number == request.Product)
            .Select(p => new { p.Id, p.Number, p.Name, p.Measure }).SingleOrDefaultAsync(ct)
            ?? throw new RuleException("product_unknown", $"There is no product {request.Product}.");
        if (product.Measure is Measure.Piece && request.Quantity > MostPieces) throw TooMany();
        var from = places[request.Place!.Value];
        var quantity = request.Quantity!.Value;
        switch (request.Kind)
        {
            case "receive":
                await from.PutAsync(product.Id, request.ExpiresOn, quantity, ct);
                break;
            case "transfer":
                // Each lot keeps its date on the way.
                foreach (var lot in await from.TakeAsync(product.Id, quantity, ct)) await places[request.To!.Value].PutAsync(product.Id, lot.ExpiresOn, lot.Quantity, ct);
                break;
            case "spoil":
                await from.TakeAsync(product.Id, quantity, ct);
                break;
            default:
                var level = await from.LevelAsync(product.Id, ct);
                if (quantity > level) await from.PutAsync(product.Id, request.ExpiresOn, quantity - level, ct);
                else await from.TakeAsync(product.Id, level - quantity, ct);
                break;
        }

        await db.SayAsync(new StockMove(KindOf(request.Kind!), actor.Id, id, Trimmed(request.Note)), ct);
        db.Note(
            organization, $"stock.{request.Kind}", "stock",
            FormattableString.Invariant($"{request.Place}/{product.Number}"), FormattableString.Invariant($"{quantity}"));
        await channels.AddAsync(organization, ChannelTopic.Stock, _ => TellOf(request, places, Say(product.Name, quantity, product.Measure), product.Name), ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }

    private static Dictionary<string, string> FaultsIn(MoveStockRequest request)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request.Kind is not ("receive" or "transfer" or "count" or "spoil")) faults["kind"] = "One of receive, transfer, count, spoil.";
        if (request.Place is null) faults["place"] = "Needed: a place.";
        if (request.Product is null) faults["product"] = "Needed: the product's number.";
        if (request.Quantity is null || request.Quantity < (request.Kind == "count" ? 0 : 1) || request.Quantity > MostGrams)
        {
            faults["quantity"] = TooManyText;
        }

        if (request.Kind == "transfer" && (request.To is null || request.To == request.Place)) faults["to"] = "Needed: another place.";
        if (request.Kind != "transfer" && request.To is not null) faults["to"] = "Only a transfer goes somewhere.";
        if (request.Note?.Length > 200) faults["note"] = "At most 200 characters.";
        return faults;
    }

    private static string TooManyText => string.Create(CultureInfo.InvariantCulture, $"Whole pieces, at most {MostPieces}, or grams, at most {MostGrams}.");

    private static FieldsException TooMany() =>
        new("movement_invalid", new Dictionary<string, string>(StringComparer.Ordinal) { ["quantity"] = TooManyText });

    private static string Say(string product, int quantity, Measure measure) => measure is Measure.Weight
        ? $"{Weights.Text(quantity, CultureInfo.InvariantCulture)} {product}"
        : FormattableString.Invariant($"{quantity} × {product}");

    private static string TellOf(MoveStockRequest request, Dictionary<Guid, PlaceStock> places, string what, string product)
    {
        var place = places[request.Place!.Value].Place.Name;
        return request.Kind switch
        {
            "receive" => $"{place}: {what} received",
            "transfer" => $"{place}: {what} taken to {places[request.To!.Value].Place.Name}",
            "spoil" => $"{place}: {what} written off",
            _ => $"{place}: {product} counted, inventory: {what}",
        };
    }

    private static MovementKind KindOf(string kind) => kind switch
    {
        "receive" => MovementKind.Receive,
        "transfer" => MovementKind.Transfer,
        "spoil" => MovementKind.Spoil,
        _ => MovementKind.Count,
    };

    private static string? Trimmed(string? note) => string.IsNullOrWhiteSpace(note) ? null : note.Trim();
}
