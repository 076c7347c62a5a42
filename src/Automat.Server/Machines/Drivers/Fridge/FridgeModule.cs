using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Privacy;
using Automat.Server.Vends;

namespace Automat.Server.Machines.Drivers.Fridge;

/// <summary>The front door of fridges with lock controllers.</summary>
public static class FridgeModule
{
    /// <summary>Adds fridges.</summary>
    public static IServiceCollection AddFridge(this IServiceCollection services)
    {
        services.AddSingleton<ITables, FridgeTables>();
        services.AddSingleton<LiveDoors>();
        services.AddSingleton<FridgeMeter>();
        services.AddSingleton<FridgeKeys>();
        services.AddSingleton<FridgeHealth>();
        services.AddSingleton<IBaskets, HeldBaskets>();
        services.AddSingleton<Visits>();
        services.AddSingleton<WeighBasket>();
        services.AddSingleton<DoorDesk>();
        services.AddSingleton<FridgeDriver>();
        services.AddSingleton<IMachineDriver>(provider => provider.GetRequiredService<FridgeDriver>());
        services.AddSingleton<IMqttDoor, OldControllers>();
        services.AddHostedService<DoorSweep>();
        services.AddRetention<EvidenceRetention>();
        services.AddScoped<DecideBasket>();
        services.AddScoped<BasketPages>();
        services.AddScoped<IPanelAttention, BasketAttention>();
        services.AddScoped<IVendStory, DoorStory>();
        return services;
    }

    /// <summary>Maps what staff do about baskets nobody could be sure of.</summary>
    public static void MapFridge(this IEndpointRouteBuilder routes)
    {
        ListBaskets.Map(routes.MapGroup("/api/v1/baskets").DisableAntiforgery().WithTags("Baskets"));
        BasketPages.Map(routes);
    }
}
