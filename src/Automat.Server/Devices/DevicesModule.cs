using Automat.Server.Data;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

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
        services.AddSingleton<NonceBook>();
        services.AddHostedService(provider => provider.GetRequiredService<NonceBook>());
        services.AddHostedService<NonceSweep>();
        services.AddAuthentication().AddScheme<AuthenticationSchemeOptions, DeviceHandler>(DeviceCallers.Policy, null);
        services.AddAuthorizationBuilder().AddPolicy(
            DeviceCallers.Policy,
            new AuthorizationPolicyBuilder(DeviceCallers.Policy).RequireAuthenticatedUser().Build());
        return services;
    }

    /// <summary>Where machines' addresses lie; whoever asks there must have signed.</summary>
    public static RouteGroupBuilder MapDevices(this IEndpointRouteBuilder routes) => routes
        .MapGroup("/device/v1").OnlyMachines(DeviceCallers.Policy, "a machine's signature").DisableAntiforgery().WithTags("Devices");
}
