using Automat.Domain;
using Automat.Server.Catalog;
using Automat.Server.Data;

namespace Automat.Server.Stock;

/// <summary>The front door of goods on their way: places, movements, routes and visits.</summary>
public static class StockModule
{
    /// <summary>Adds warehouses and vans, the log of movements, restocking.</summary>
    public static IServiceCollection AddStock(this IServiceCollection services) => services
        .AddSingleton<ITables, StockTables>()
        .AddScoped<Places>()
        .AddScoped<MoveStock>()
        .AddScoped<CloseVisit>()
        .AddScoped<CheckStock>()
        .AddScoped<Routes>()
        .AddScoped<RouteApi>()
        .AddScoped<Suggestions>()
        .AddScoped<StockPages>()
        .AddScoped<MovementPages>()
        .AddScoped<LowPages>()
        .AddScoped<PlacePages>()
        .AddScoped<RestockPages>()
        .AddScoped<VisitPages>();

    /// <summary>A warehouse, a van and a route to begin with, added to the caller's own save.</summary>
    /// <param name="db">The caller's context.</param>
    /// <param name="organization">Whose.</param>
    /// <param name="products">What lies there.</param>
    /// <param name="machines">Where the route leads, in order.</param>
    /// <param name="now">When.</param>
    public static void Begin(
        AutomatDb db, Id<Organization> organization, IReadOnlyList<Id<Product>> products, IReadOnlyList<MachineId> machines, DateTimeOffset now)
    {
        var warehouse = new StockPlace { Id = Id<StockPlace>.New(now), OrganizationId = organization, Name = "Warehouse", Kind = PlaceKind.Warehouse };
        var van = new StockPlace { Id = Id<StockPlace>.New(now), OrganizationId = organization, Name = "Van 1", Kind = PlaceKind.Van };
        var route = new RestockRoute { Id = Id<RestockRoute>.New(now), OrganizationId = organization, Name = "Town round", PlaceId = van.Id, DaysBetween = 3 };
        db.AddRange(warehouse, van, route);
        var today = DateOnly.FromDateTime(now.UtcDateTime);
        for (var i = 0; i < products.Count; i++)
        {
            db.Add(BatchOf(warehouse, products[i], today.AddDays(60 + (i * 7)), 48, now));
            db.Add(BatchOf(warehouse, products[i], today.AddDays(10 + i), 12, now));
            db.Add(BatchOf(van, products[i], today.AddDays(30 + i), 6, now));
        }

        db.AddRange(machines.Select((machine, at) =>
            new RestockStop { RouteId = route.Id, MachineId = machine, OrganizationId = organization, Position = at + 1 }));
    }

    private static StockBatch BatchOf(StockPlace place, Id<Product> product, DateOnly expires, int quantity, DateTimeOffset now) => new()
    {
        Id = Id<StockBatch>.New(now),
        OrganizationId = place.OrganizationId,
        PlaceId = place.Id,
        ProductId = product,
        ExpiresOn = expires,
        Quantity = quantity,
    };

    /// <summary>Maps what staff do with goods that are not sold yet.</summary>
    public static void MapStock(this IEndpointRouteBuilder routes)
    {
        var stock = routes.MapGroup("/api/v1/stock").DisableAntiforgery().WithTags("Stock");
        Places.Map(stock.MapGroup("/places"));
        RouteApi.Map(stock.MapGroup("/routes"));
        var movements = stock.MapGroup("/movements");
        ListMovements.Map(movements);
        MoveStock.Map(movements);
        CheckStock.Map(stock);
        LowStock.Map(stock);
        CloseVisit.Map(routes.MapGroup("/api/v1/machines/{machine}/visits").DisableAntiforgery().WithTags("Stock"));
        StockPages.Map(routes);
        MovementPages.Map(routes);
        LowPages.Map(routes);
        PlacePages.Map(routes);
        RestockPages.Map(routes);
        VisitPages.Map(routes);
    }
}
