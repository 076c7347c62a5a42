using Automat.Server.Data;

namespace Automat.Server.Settings;

/// <summary>The front door of an organisation's settings.</summary>
public static class SettingsModule
{
    /// <summary>Adds them.</summary>
    public static IServiceCollection AddSettings(this IServiceCollection services)
    {
        services.AddSingleton<ITables, SettingsTables>();
        services.AddScoped<SaveProfile>();
        services.AddScoped<SettingsDesk>();
        services.AddScoped<SettingsPages>();
        services.AddScoped<TestPages>();
        return services;
    }

    /// <summary>Maps their page.</summary>
    public static void MapSettings(this IEndpointRouteBuilder routes)
    {
        SettingsPages.Map(routes);
        TestPages.Map(routes);
    }
}
