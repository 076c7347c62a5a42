using Automat.Server.Data;

namespace Automat.Server.Stock;

/// <summary>The front door of goods on their way: places, movements, routes and visits.</summary>
public static class StockModule
{
    /// <summary>Adds warehouses and vans, the log of movements, restocking.</summary>
    public static IServiceCollection AddStock(this IServiceCollection services) => services
        .AddSingleton<ITables, StockTables>();
}
