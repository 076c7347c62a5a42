using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Privacy;

namespace Automat.Server.Temperatures;

/// <summary>The front door of the temperature log.</summary>
public static class TemperaturesModule
{
    /// <summary>Adds it.</summary>
    public static IServiceCollection AddTemperatures(this IServiceCollection services)
    {
        services.AddSingleton<ITables, TemperatureTables>();
        services.AddSingleton<TemperatureLog>();
        services.AddHostedService(provider => provider.GetRequiredService<TemperatureLog>());
        services.AddScoped<TemperaturePages>();
        services.AddScoped<IMachinePart, ShowTemperatures>();
        services.AddRetention<TemperatureRetention>();
        return services;
    }

    /// <summary>Maps what inspectors look at.</summary>
    public static void MapTemperatures(this IEndpointRouteBuilder routes) => TemperaturePages.Map(routes);
}
