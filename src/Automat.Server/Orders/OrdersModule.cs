using Automat.Server.Data;
using Automat.Server.Orders.Desk;
using Automat.Server.Orders.Own;
using Automat.Server.Panel;
using Automat.Server.Privacy;

namespace Automat.Server.Orders;

/// <summary>The orders' front door.</summary>
public static class OrdersModule
{
    /// <summary>Adds orders of the web shop: placing, following, collecting and calling off.</summary>
    public static IServiceCollection AddOrders(this IServiceCollection services)
    {
        services.AddSingleton<ITables, OrderTables>().AddSingleton<ITables, OrderRulesTable>();
        services.AddPersonalData<OwnOrderTraces>();
        services.AddScoped<OrderBook>().AddScoped<PlaceOrder>().AddScoped<FollowOrder>().AddScoped<GiveUpOrder>().AddScoped<CallOrder>();
        services.AddScoped<SetOrderRules>().AddScoped<PromiseCredit>();
        services.AddSingleton<Vends.IHeldSales, HeldOrders>().AddSingleton<Vends.IPromisedCredits, PromisedCredits>();
        services.AddScoped<OwnOrders>().AddScoped<OrderPages>().AddScoped<OrdersPages>().AddScoped<FindOrders>();
        services.AddScoped<ServeOrder>().AddScoped<OrderApi>();
        services.AddScoped<IPanelSearch, OrderSearch>().AddScoped<Vends.IVendStory, OrderStory>();
        services.AddHostedService<FollowOrders>();
        return services;
    }

    /// <summary>Maps the customers' order pages and what staff do at the counter.</summary>
    public static void MapOrders(this IEndpointRouteBuilder routes)
    {
        OrderPages.Map(routes);
        OrderEvents.Map(routes);
        OrdersPages.Map(routes);
        OrderApi.Map(routes);
        OwnOrders.Map(routes);
    }
}
