using Automat.Server.Data;
using Automat.Server.Panel;

namespace Automat.Server.Settlements;

/// <summary>The front door of what the provider does with our money: its account held against the books, and disputes.</summary>
public static class SettlementsModule
{
    /// <summary>Adds the comparison and its pages.</summary>
    public static IServiceCollection AddSettlements(this IServiceCollection services)
    {
        services.AddSingleton<ITables, SettlementTables>();
        services.AddSingleton<CompareSettlement>();
        services.AddHostedService<SettlementSweep>();
        services.AddScoped<SettlementFigures>();
        services.AddScoped<SettlementPages>();
        services.AddScoped<DisputePages>();
        services.AddScoped<IPanelSearch, FindDisputes>();
        services.AddScoped<IPanelAttention, DisputeAttention>();
        return services;
    }

    /// <summary>Maps the pages.</summary>
    public static void MapSettlements(this IEndpointRouteBuilder routes)
    {
        SettlementPages.Map(routes);
        DisputePages.Map(routes);
    }
}
