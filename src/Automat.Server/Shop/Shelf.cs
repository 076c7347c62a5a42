using Automat.Domain;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Shop;

/// <summary>What the shop has: its places, its products, and how many of which are where, promised ones not counted.</summary>
internal sealed class Shelf(AutomatDb db, Tenant tenant, DriverRegistry drivers, MachinePrices prices, PaymentAccount account)
{
    public const int PageSize = 24;

    private const int MostPlaces = 50;
    private const int MostCategories = 50;

    /// <summary>Where orders can be collected: machines with codes and counters, in the shop's currency.</summary>
    public async Task<IReadOnlyList<Place>> PlacesAsync(CancellationToken ct)
    {
        tenant.Enter(account.Organization);
        var shop = account.Organization;
        var currency = await db.Set<Organization>().Where(o => o.Id == shop).Select(o => o.Currency).SingleAsync(ct);
        var machines = await db.Set<Machine>().AsNoTracking()
            .Where(m => m.OrganizationId == shop && m.State == MachineState.Active && m.Currency == currency
                && drivers.WithCodes.Contains(m.Driver))
            .OrderBy(m => m.Name).ThenBy(m => m.Id).Take(MostPlaces).ToListAsync(ct);
        return [.. machines.Select(m =>
        {
            var terms = drivers.TermsOf(m);
            return new Place(m, drivers.WhyNotReady(m) is null, terms.ByHand, terms.TakeWithin);
        })];
    }

    /// <summary>The shelves that have something at one of the places.</summary>
    public Task<List<string>> CategoriesAsync(IReadOnlyList<Place> places, CancellationToken ct) =>
        Sold(places).Select(p => p.Category).Distinct().OrderBy(c => c).Take(MostCategories).ToListAsync(ct);

    /// <summary>A page of products; one more than a page holds says that there are more.</summary>
    public async Task<IReadOnlyList<Good>> FindAsync(
        IReadOnlyList<Place> places, string? category, string? text, int page, CancellationToken ct)
    {
        var products = Sold(places);
        if (category is not null) products = products.Where(p => p.Category == category);
        if (text is not null)
        {
            var pattern = Sql.LikeAnywhere(text);
            products = products.Where(p =>
                EF.Functions.ILike(p.Name, pattern, Sql.LikeEscape) || EF.Functions.ILike(p.Category, pattern, Sql.LikeEscape));
        }

        var found = await products.OrderBy(p => p.Category).ThenBy(p => p.Name).ThenBy(p => p.Number)
            .Skip((page - 1) * PageSize).Take(PageSize + 1).ToListAsync(ct);
        return await GoodsAsync(found, places, ct);
    }

    /// <summary>A product by the number in its address; null where the shop does not have it.</summary>
    public async Task<Good?> FindAsync(IReadOnlyList<Place> places, int number, CancellationToken ct)
    {
        var product = await Sold(places).SingleOrDefaultAsync(p => p.Number == number, ct);
        return product is null ? null : (await GoodsAsync([product], places, ct))[0];
    }

    /// <summary>Products by id, in no order; those that left the range are not among them.</summary>
    public async Task<IReadOnlyList<Good>> FindAsync(IReadOnlyList<Place> places, IReadOnlyList<Guid> products, CancellationToken ct)
    {
        var (shop, ids) = (account.Organization, products.Select(p => new Id<Product>(p)).ToList());
        var found = await db.Set<Product>().AsNoTracking()
            .Where(p => p.OrganizationId == shop && p.ArchivedAt == null && ids.Contains(p.Id)).ToListAsync(ct);
        return await GoodsAsync(found, places, ct);
    }

    private IQueryable<Product> Sold(IReadOnlyList<Place> places)
    {
        var shop = account.Organization;
        var all = places.Select(p => p.Machine.Id).ToList();
        var byHand = places.Where(p => p.ByHand).Select(p => p.Machine.Id).ToList();
        // Whoever hands it over can ask for a proof of age; a machine cannot.
        return db.Set<Product>().AsNoTracking().Where(p => p.OrganizationId == shop && p.ArchivedAt == null
            && db.Set<Slot>().Any(s => s.OrganizationId == shop && s.ProductId == p.Id && s.Capacity != null
                && (byHand.Contains(s.MachineId) || (p.AgeLimit == null && all.Contains(s.MachineId)))));
    }

    private async Task<IReadOnlyList<Good>> GoodsAsync(IReadOnlyList<Product> products, IReadOnlyList<Place> places, CancellationToken ct)
    {
        var (shop, ids) = (account.Organization, products.Select(p => p.Id).ToList());
        var at = places.ToDictionary(p => p.Machine.Id);
        var named = at.Keys.ToList();
        var slots = await db.Set<Slot>().AsNoTracking()
            .Where(s => s.OrganizationId == shop && ids.Contains(s.ProductId) && s.Capacity != null && named.Contains(s.MachineId))
            .ToListAsync(ct);
        var open = places.Where(p => p.IsReady).Select(p => p.Machine.Id).ToHashSet();
        var boards = new Dictionary<MachineId, SlotPrices>();
        foreach (var place in slots.Select(s => s.MachineId).Distinct()) boards[place] = await prices.AtAsync(at[place].Machine, ct);
        return [.. products.Select(product => new Good(
            product,
            slots.Where(s => s.ProductId == product.Id && (product.AgeLimit is null || at[s.MachineId].ByHand))
                .GroupBy(s => s.MachineId).ToDictionary(
                g => g.Key,
                g => (IReadOnlyList<Stand>)[.. g.Select(s => new Stand(s.Code, s.Available ?? 0, boards[s.MachineId].Of(s)))]),
            open))];
    }
}
