using Automat.Server.Data;
using Automat.Server.Privacy;

namespace Automat.Server.Push;

/// <summary>The front door of pushes to customers' devices.</summary>
public static class PushModule
{
    /// <summary>Adds devices, what they are told, and who may have them forgotten.</summary>
    public static IServiceCollection AddPush(this IServiceCollection services)
    {
        services.AddSingleton<ITables, PushTables>();
        services.AddPersonalData<DeviceTraces>().AddRetention<DeviceTraces>();
        services.AddScoped<PushKeys>().AddSingleton<PushSeal>().AddScoped<PushWords>();
        services.AddScoped<NameDevice>().AddScoped<TellDevice>().AddScoped<SendPushes>();
        return services.AddScoped<SaleDevices>().AddScoped<OwnDevices>().AddScoped<PushPages>();
    }

    /// <summary>Adds following sales, and the way out for pushes.</summary>
    public static IServiceCollection AddPushes(this IServiceCollection services, PushSettings settings) => services
        .AddSingleton(settings).AddSingleton<PushMeter>().AddSingleton<PushRoute>()
        .AddHostedService<FollowSales>().AddHostedService<PushSender>();

    /// <summary>Maps what pages' scripts send, the customers' page of devices and the staff's of pushes.</summary>
    public static void MapPush(this IEndpointRouteBuilder routes)
    {
        SaleDevices.Map(routes);
        OwnDevices.Map(routes);
        PushPages.Map(routes);
    }
}
