using Automat.Server.Data;
using Automat.Server.Platform;

namespace Automat.Server.Devices;

/// <summary>The front door for machines that sign their HTTP requests.</summary>
public static class DevicesModule
{
    /// <summary>Adds the nonces.</summary>
    public static IServiceCollection AddDevices(this IServiceCollection services) =>
        services.AddSingleton<ITables, DeviceTables>();

    /// <summary>Adds how machines sign in over HTTP.</summary>
    public static IServiceCollection AddDeviceSignIn(this IServiceCollection services)
    {
        services.AddSingleton<DeviceRates>();
        services.AddSingleton<DeviceDoor>();
        services.AddSingleton<NonceBook>();
        services.AddHostedService(provider => provider.GetRequiredService<NonceBook>());
        services.AddHostedService<NonceSweep>();
        return services;
    }

    /// <summary>
    /// Where machines' addresses lie: each checks the signature itself, right after routing, before anything else runs.
    /// </summary>
    public static RouteGroupBuilder MapDevices(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/device/v1")
            .ChecksItself("a machine's signature").DisableAntiforgery().IsForMachines().WithTags("Devices");
        group.ShortCircuit();
        ((IEndpointConventionBuilder)group).Finally(DeviceDoor.Guard);
        return group;
    }
}
