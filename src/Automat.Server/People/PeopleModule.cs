using Automat.Server.Data;

namespace Automat.Server.People;

/// <summary>The people's front door.</summary>
public static class PeopleModule
{
    /// <summary>Adds organisations, people, keys and how they sign in.</summary>
    public static IServiceCollection AddPeople(this IServiceCollection services)
    {
        services.AddSingleton<ITables, PeopleTables>();
        return services;
    }
}
