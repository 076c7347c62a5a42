using Automat.Server.Data;

namespace Automat.Server.Shop;

/// <summary>The web shop's front door.</summary>
public static class ShopModule
{
    /// <summary>Adds browsing, carts and checkout.</summary>
    public static IServiceCollection AddShop(this IServiceCollection services)
    {
        services.AddSingleton<ITables, CartTables>();
        services.AddScoped<Shelf>().AddScoped<CartBook>().AddScoped<Checkout>();
        services.AddScoped<ShopPages>().AddScoped<CartPages>();
        services.AddHostedService<SweepCarts>();
        return services;
    }

    /// <summary>Maps the shop's pages.</summary>
    public static void MapShop(this IEndpointRouteBuilder routes)
    {
        ShopPages.Map(routes);
        CartPages.Map(routes);
    }
}
