using Automat.Server.Data;

namespace Automat.Server.Machines.Drivers.Arcade;

/// <summary>The arcade driver's front door.</summary>
public static class ArcadeModule
{
    /// <summary>Adds arcade cabinets.</summary>
    public static IServiceCollection AddArcade(this IServiceCollection services)
    {
        services.AddSingleton<ITables, ArcadeTables>();
        services.AddSingleton<ArcadeDriver>();
        services.AddSingleton<IMachineDriver>(provider => provider.GetRequiredService<ArcadeDriver>());
        services.AddScoped<CreatePaymentLink>();
        services.AddScoped<ReportGameOver>();
        return services;
    }

    /// <summary>Maps what existing cabinets and their operators call.</summary>
    public static void MapArcade(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/status", () => Results.Json(new { message = "API is running", status = "up" })).IsPublic("existing clients look whether the server is up")
            .WithName("ArcadeStatus").WithSummary("Whether the API is running");
        CreatePaymentLink.Map(routes);
        ReportGameOver.Map(routes);
    }
}
