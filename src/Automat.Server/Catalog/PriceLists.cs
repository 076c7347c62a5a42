using System.Security.Claims;
using System.Text.Json.Serialization;
using Automat.Domain;
using Automat.Domain.Prices;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Catalog;

/// <summary>A machine prices can be for.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">What people call it.</param>
/// <param name="Group">The group it is counted to; null for none.</param>
public sealed record PricePlace(MachineId Id, string Name, string? Group);

/// <summary>Tells which machines there are: whoever keeps machines does.</summary>
public interface IPricePlaces
{
    /// <summary>Those of an organisation that are not retired, by name.</summary>
    Task<IReadOnlyList<PricePlace>> OfAsync(Id<Organization> organization, CancellationToken ct);
}

/// <summary>What a price list asks for a product.</summary>
/// <param name="Product">The product's number.</param>
/// <param name="Price">Minor units of the organisation's currency, tax included.</param>
internal sealed record PriceRequest(int Product, long Price);

/// <summary>A price list as staff write it; all of it, every time.</summary>
/// <param name="Name">What staff call it, at most 60 characters.</param>
/// <param name="Machine">The one machine it is for; null for more.</param>
/// <param name="Group">The group of machines it is for; null, without a machine either, for all.</param>
/// <param name="ValidFrom">The first day it holds.</param>
/// <param name="ValidUntil">The last day it holds.</param>
/// <param name="Days">The days of the week it begins on, <c>monday</c> to <c>sunday</c>; all when absent.</param>
/// <param name="StartsAt">Such as <c>17:00</c>, by the clock at the machine; absent, as its end, for all day.</param>
/// <param name="EndsAt">Such as <c>19:00</c>; not after its beginning means: on the next day.</param>
/// <param name="Paused">Whether it is switched off for now.</param>
/// <param name="Prices">What it asks; they stay as they are when absent.</param>
internal sealed record PriceListRequest(
    string? Name, string? Machine = null, string? Group = null, DateOnly? ValidFrom = null, DateOnly? ValidUntil = null,
    IReadOnlyList<string>? Days = null, [property: JsonConverter(typeof(ClockTime))] TimeOnly? StartsAt = null,
    [property: JsonConverter(typeof(ClockTime))] TimeOnly? EndsAt = null, bool Paused = false,
    IReadOnlyList<PriceRequest>? Prices = null);

/// <summary>A price list as it is.</summary>
internal sealed record PriceListAnswer(
    Guid Id, string Name, string? Machine, string? Group, DateOnly? ValidFrom, DateOnly? ValidUntil, IReadOnlyList<string> Days,
    [property: JsonConverter(typeof(ClockTime))] TimeOnly? StartsAt, [property: JsonConverter(typeof(ClockTime))] TimeOnly? EndsAt,
    bool Paused, IReadOnlyList<PriceRequest> Prices);

/// <summary>What staff do with price lists.</summary>
internal sealed class PriceLists(AutomatDb db, PriceBook book, IEnumerable<IPricePlaces> places, TimeProvider clock)
{
    public static readonly IReadOnlyList<string> Weekdays =
        ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];

    public static void Map(IEndpointRouteBuilder lists)
    {
        lists.MapGet("", async (PriceLists all, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(new { items = await all.ListAsync(caller.OrganizationOf(), ct) }))
            .RequirePermission(Permission.CatalogRead).WithName("ListPriceLists").WithSummary("List price lists, the newest first");
        lists.MapPost("", async (PriceListRequest request, PriceLists all, ClaimsPrincipal caller, CancellationToken ct) =>
            {
                var organization = caller.OrganizationOf();
                var id = await all.SaveAsync(organization, null, request, ct);
                return TypedResults.Created($"/api/v1/price-lists/{id.Value}", await all.ShowAsync(organization, id.Value, ct));
            })
            .RequirePermission(Permission.CatalogWrite).WithName("NewPriceList").WithSummary("Add a price list");
        lists.MapGet("/{id:guid}", async (Guid id, PriceLists all, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(await all.ShowAsync(caller.OrganizationOf(), id, ct)))
            .RequirePermission(Permission.CatalogRead).WithName("GetPriceList").WithSummary("One price list with what it asks");
        lists.MapPut("/{id:guid}", async (
                Guid id, PriceListRequest request, PriceLists all, ClaimsPrincipal caller, CancellationToken ct) =>
            {
                var organization = caller.OrganizationOf();
                await all.SaveAsync(organization, id, request, ct);
                return TypedResults.Ok(await all.ShowAsync(organization, id, ct));
            })
            .RequirePermission(Permission.CatalogWrite).WithName("PutPriceList").WithSummary("Change a price list");
        lists.MapDelete("/{id:guid}", async (Guid id, PriceLists all, ClaimsPrincipal caller, CancellationToken ct) =>
            {
                await all.RemoveAsync(caller.OrganizationOf(), id, ct);
                return TypedResults.NoContent();
            })
            .RequirePermission(Permission.CatalogWrite).WithName("RemovePriceList").WithSummary("Remove a price list");
    }

    /// <summary>The machines lists can be for.</summary>
    public async Task<IReadOnlyList<PricePlace>> PlacesAsync(Id<Organization> organization, CancellationToken ct)
    {
        var all = new List<PricePlace>();
        foreach (var one in places) all.AddRange(await one.OfAsync(organization, ct));
        return all;
    }

    /// <summary>All of them, the newest first, without what they ask.</summary>
    public async Task<IReadOnlyList<PriceListAnswer>> ListAsync(Id<Organization> organization, CancellationToken ct) =>
        [.. (await db.Set<PriceList>().AsNoTracking().Where(l => l.OrganizationId == organization)
            .OrderByDescending(l => l.CreatedAt).Take(PriceBook.MostLists).ToListAsync(ct)).Select(l => AnswerOf(l, []))];

    /// <summary>One of them with what it asks, by product number.</summary>
    /// <exception cref="RuleException"><c>price_list_unknown</c>.</exception>
    public async Task<PriceListAnswer> ShowAsync(Id<Organization> organization, Guid id, CancellationToken ct)
    {
        var list = await FindAsync(organization, id, ct);
        var prices = await (from entry in db.Set<PriceEntry>().AsNoTracking()
                            join product in db.Set<Product>().AsNoTracking() on entry.ProductId equals product.Id
                            where entry.PriceListId == list.Id
                            orderby product.Number
                            select new PriceRequest(product.Number, entry.Price)).ToListAsync(ct);
        return AnswerOf(list, prices);
    }

    /// <summary>Adds a list, or changes one.</summary>
    /// <exception cref="FieldsException"><c>price_list_invalid</c>.</exception>
    /// <exception cref="RuleException"><c>price_list_unknown</c>.</exception>
    public async Task<Id<PriceList>> SaveAsync(Id<Organization> organization, Guid? id, PriceListRequest request, CancellationToken ct)
    {
        var faults = await FaultsAsync(organization, request, ct);
        if (id is null && await db.Set<PriceList>().CountAsync(l => l.OrganizationId == organization, ct) >= PriceBook.MostLists)
        {
            faults["name"] = $"There are at most {PriceBook.MostLists} price lists.";
        }

        FieldsException.ThrowIfAny("price_list_invalid", faults);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var before = id is { } known ? await FindAsync(organization, known, ct) : null;
        var now = clock.GetUtcNow().ToUniversalTime();
        var list = new PriceList
        {
            Id = before?.Id ?? Id<PriceList>.New(now),
            OrganizationId = organization,
            Name = request.Name!.Trim(),
            MachineId = MachineId.TryParse(request.Machine, out var machine) ? machine : null,
            Group = string.IsNullOrWhiteSpace(request.Group) || request.Machine is not null ? null : request.Group,
            ValidFrom = request.ValidFrom,
            ValidUntil = request.ValidUntil,
            Days = DaysOf(request.Days),
            StartsAt = request.StartsAt,
            EndsAt = request.EndsAt,
            Paused = request.Paused,
            CreatedAt = before?.CreatedAt ?? now,
        };
        if (before is null) db.Add(list);
        else db.Replace(before, list);
        if (request.Prices is { } prices) await KeepAsync(list, prices, ct);
        if (db.ChangeTracker.HasChanges())
        {
            db.Note(organization, before is null ? "price_list.added" : "price_list.changed", "price_list", list.Id.ToString());
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
        book.Forget(organization);
        return list.Id;
    }

    /// <summary>Removes a list: from then on the usual prices hold.</summary>
    /// <exception cref="RuleException"><c>price_list_unknown</c>.</exception>
    public async Task RemoveAsync(Id<Organization> organization, Guid id, CancellationToken ct)
    {
        var list = await FindAsync(organization, id, ct);
        db.RemoveRange(await db.Set<PriceEntry>().Where(e => e.PriceListId == list.Id).ToListAsync(ct));
        db.Remove(list);
        db.Note(organization, "price_list.removed", "price_list", list.Id.ToString());
        await db.SaveChangesAsync(ct);
        book.Forget(organization);
    }

    private async Task KeepAsync(PriceList list, IReadOnlyList<PriceRequest> prices, CancellationToken ct)
    {
        var numbers = prices.Select(p => p.Product).ToList();
        var ids = await db.Set<Product>().AsNoTracking().Where(p => p.OrganizationId == list.OrganizationId && numbers.Contains(p.Number))
            .ToDictionaryAsync(p => p.Number, p => p.Id, ct);
        var before = await db.Set<PriceEntry>().Where(e => e.PriceListId == list.Id).ToDictionaryAsync(e => e.ProductId, ct);
        foreach (var wanted in prices)
        {
            var id = ids[wanted.Product];
            if (before.Remove(id, out var known)) db.Entry(known).Property(e => e.Price).CurrentValue = wanted.Price;
            else db.Add(new PriceEntry { PriceListId = list.Id, ProductId = id, OrganizationId = list.OrganizationId, Price = wanted.Price });
        }

        db.RemoveRange(before.Values);
    }

    private async Task<Dictionary<string, string>> FaultsAsync(Id<Organization> organization, PriceListRequest request, CancellationToken ct)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request.Name?.Trim() is not { Length: > 0 and <= 60 } name || name.Any(char.IsControl)) faults["name"] = "Between 1 and 60 characters in one line.";
        if (request.ValidUntil < request.ValidFrom) faults["valid_until"] = "The last day is not before the first.";
        if (request.StartsAt is null != request.EndsAt is null) faults["ends_at"] = "A beginning has an end.";
        if (request.StartsAt is not null && request.StartsAt == request.EndsAt) faults["ends_at"] = "It ends when it begins.";
        if (request.Days?.Any(d => !Weekdays.Contains(d)) is true || request.Days?.Count == 0) faults["days"] = "One or more of monday to sunday.";
        if (request.Machine is not null || !string.IsNullOrWhiteSpace(request.Group))
        {
            var known = await PlacesAsync(organization, ct);
            if (request.Machine is not null && known.All(p => p.Id.Value != request.Machine)) faults["machine"] = "There is no such machine.";
            else if (request.Machine is null && known.All(p => p.Group != request.Group)) faults["group"] = "No machine is counted to this group.";
        }

        if (request.Prices is not { } prices) return faults;
        if (prices.Count > PriceBook.MostEntries) faults["prices"] = $"At most {PriceBook.MostEntries} prices.";
        else if (prices.Any(p => p.Price is < 0 or > ProductRequest.HighestPrice)) faults["prices"] = $"Between 0 and {ProductRequest.HighestPrice} minor units.";
        else if (prices.Select(p => p.Product).Distinct().Count() != prices.Count) faults["prices"] = "Name each product once.";
        else
        {
            var numbers = prices.Select(p => p.Product).ToList();
            var found = await db.Set<Product>().CountAsync(p => p.OrganizationId == organization && numbers.Contains(p.Number), ct);
            if (found != numbers.Count) faults["prices"] = "There is no product of one of these numbers.";
        }

        return faults;
    }

    private async Task<PriceList> FindAsync(Id<Organization> organization, Guid id, CancellationToken ct)
    {
        var wanted = new Id<PriceList>(id);
        return await db.Set<PriceList>().AsNoTracking().SingleOrDefaultAsync(l => l.Id == wanted && l.OrganizationId == organization, ct)
            ?? throw new RuleException("price_list_unknown", "There is no such price list.");
    }

    private static int DaysOf(IReadOnlyList<string>? days) =>
        days is null ? PriceList.EveryDay : days.Aggregate(0, (bits, day) => bits | (1 << Weekdays.ToList().IndexOf(day)));

    private static PriceListAnswer AnswerOf(PriceList list, IReadOnlyList<PriceRequest> prices) => new(
        list.Id.Value, list.Name, list.MachineId?.Value, list.Group, list.ValidFrom, list.ValidUntil,
        [.. Weekdays.Where((_, at) => (list.Days & (1 << at)) != 0)], list.StartsAt, list.EndsAt, list.Paused, prices);
}
