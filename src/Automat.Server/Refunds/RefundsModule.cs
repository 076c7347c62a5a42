using Automat.Server.Data;
using Automat.Server.Journal;

namespace Automat.Server.Refunds;

/// <summary>The refunds' front door.</summary>
public static class RefundsModule
{
    /// <summary>Adds refunds with their windows, second persons and payouts, and what providers could not pay back.</summary>
    public static IServiceCollection AddRefunds(this IServiceCollection services)
    {
        services.AddSingleton<ITables, RefundTables>();
        services.AddJournalTable<RefundCaseRows>();
        services.AddJournalTable<WaitingRefunds>();
        services.AddJournalTable<CashPayoutRows>();
        services.AddSingleton(provider => RefundSettings.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddSingleton<IdempotencyKeys>();
        services.AddScoped<AskRefund>();
        services.AddScoped<DecideRefund>();
        services.AddScoped<PayOutCash>();
        services.AddScoped<SolvePayback>();
        services.AddHostedService<ExpireRefunds>();
        return services;
    }

    /// <summary>Maps what staff do about refunds.</summary>
    public static void MapRefunds(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").DisableAntiforgery().WithTags("Refunds");
        AskRefund.Map(api.MapGroup("/vends"));
        var refunds = api.MapGroup("/refunds");
        ListRefunds.Map(refunds);
        DecideRefund.Map(refunds);
        PayOutCash.Map(api.MapGroup("/payouts"));
        SolvePayback.Map(api.MapGroup("/paybacks"));
    }
}
