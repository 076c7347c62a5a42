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
        .AddScoped<Suggestions>()
        .AddScoped<StockPages>()
        .AddScoped<MovementPages>()
        .AddScoped<LowPages>()
        .AddScoped<PlacePages>()
        .AddScoped<RestockPages>()
        .AddScoped<VisitPages>();

    /// <summary>Maps what staff do with goods that are not sold yet.</summary>
    public static void MapStock(this IEndpointRouteBuilder routes)
    {
        var stock = routes.MapGroup("/api/v1/stock").DisableAntiforgery().WithTags("Stock");
        Places.Map(stock.MapGroup("/places"));
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
