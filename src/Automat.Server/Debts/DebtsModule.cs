using Automat.Server.Panel;

namespace Automat.Server.Debts;

/// <summary>The front door of what staff see of debts; what a debt is and how it moves is the vends' and payments'.</summary>
public static class DebtsModule
{
    /// <summary>Adds the page of debts, and finds them in the panel's search.</summary>
    public static IServiceCollection AddDebts(this IServiceCollection services)
    {
        services.AddScoped<DebtPages>();
        services.AddScoped<IPanelSearch, FindDebts>();
        return services;
    }

    /// <summary>Maps the page.</summary>
    public static void MapDebts(this IEndpointRouteBuilder routes) => DebtPages.Map(routes);
}
