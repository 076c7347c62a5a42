using Automat.Server.Data;
using Automat.Server.Vends;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>The front door of machines that speak our own protocol.</summary>
public static class NativeModule
{
    /// <summary>Adds the driver and what its machines may ask for.</summary>
    public static IServiceCollection AddNative(this IServiceCollection services)
    {
        services.AddSingleton<ITables, NativeTables>();
        services.AddSingleton<NativeMachines>();
        services.AddSingleton<AwaitedAnswers>();
        services.AddSingleton<DeviceConfigs>();
        services.AddSingleton<SentConfigs>();
        services.AddSingleton<IMachineConfigurations, NativeConfigurations>();
        services.AddScoped<IMachinePast, NativePast>();
        services.AddSingleton<EventLog>();
        services.AddSingleton<EventSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<EventSweep>());
        services.AddSingleton<FetchCommands>();
        services.AddSingleton<TakeHeartbeat>();
        services.AddSingleton<MqttDesk>();
        services.AddSingleton<IMachineDriver, NativeDriver>();
        services.AddScoped<SellByDevice>();
        services.AddScoped<TakeEvents>();
        services.AddScoped<AcknowledgeCommand>();
        services.AddScoped<IVendStory, EventStory>();
        return services;
    }

    /// <summary>Maps what machines ask for over HTTP, below <c>/device/v1</c>.</summary>
    public static void MapNative(this IEndpointRouteBuilder device)
    {
        GetDeviceConfig.Map(device);
        TakeHeartbeat.Map(device);
        SellByDevice.Map(device);
        FetchCommands.Map(device);
        AcknowledgeCommand.Map(device);
        TakeEvents.Map(device);
    }
}
