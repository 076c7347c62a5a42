using Microsoft.Extensions.DependencyInjection;

namespace Automat.Architecture.Tests.Twins.Front;

/// <summary>A module with a front door.</summary>
public static class FrontModule
{
    public static IServiceCollection AddFront(this IServiceCollection services) => services.AddSingleton<Bell>();
}
