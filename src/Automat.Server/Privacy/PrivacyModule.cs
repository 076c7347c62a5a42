using Automat.Server.Data;

namespace Automat.Server.Privacy;

/// <summary>The privacy module's front door.</summary>
public static class PrivacyModule
{
    /// <summary>Adds exporting and erasing what is kept about people, and that it goes by itself when it is old.</summary>
    public static IServiceCollection AddPrivacy(this IServiceCollection services)
    {
        services.AddSingleton<ITables, RetentionTables>();
        services.AddSingleton<PersonalData>();
        services.AddSingleton<RetentionSettings>();
        services.AddScoped<SetRetention>();
        services.AddSingleton<RetentionSweep>();
        services.AddHostedService(provider => provider.GetRequiredService<RetentionSweep>());
        return services;
    }

    /// <summary>Adds a place where personal data lie.</summary>
    public static IServiceCollection AddPersonalData<TPlace>(this IServiceCollection services)
        where TPlace : class, IPersonalData => services.AddSingleton<IPersonalData, TPlace>();

    /// <summary>Adds a kind of personal data that go by themselves.</summary>
    public static IServiceCollection AddRetention<TKind>(this IServiceCollection services)
        where TKind : class, IRetention => services.AddSingleton<IRetention, TKind>();
}
