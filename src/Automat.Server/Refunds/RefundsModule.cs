using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Panel;
using Automat.Server.Privacy;
using Automat.Server.Vends;

namespace Automat.Server.Refunds;

/// <summary>The refunds' front door.</summary>
public static class RefundsModule
{
    /// <summary>Adds refunds with their windows, second persons and payouts, and what providers could not pay back.</summary>
    public static IServiceCollection AddRefunds(this IServiceCollection services)
    {
        services.AddSingleton<ITables, RefundTables>();
        services.AddSingleton<ITables, ClaimTables>();
        services.AddSingleton<ITables, RefundTermsTable>();
        services.AddJournalTable<ClaimRows>();
        services.AddJournalTable<GoodwillRows>();
        services.AddJournalTable<GoodwillPayers>();
        services.AddScoped<FileClaim>();
        services.AddScoped<DecideClaim>();
        services.AddHostedService<TellClaimants>();
        services.AddPersonalData<ClaimTraces>();
        services.AddRetention<ClaimRetention>();
        services.AddJournalTable<RefundCaseRows>();
        services.AddJournalTable<WaitingRefunds>();
        services.AddJournalTable<CashPayoutRows>();
        services.AddSingleton(provider => RefundSettings.Read(provider.GetRequiredService<IConfiguration>()));
        services.AddScoped<SetRefundTerms>();
        services.AddScoped<AskRefund>();
        services.AddScoped<DecideRefund>();
        services.AddScoped<PayOutCash>();
        services.AddScoped<SolvePayback>();
        services.AddScoped<RefundPages>();
        services.AddScoped<IPanelSearch, FindRefunds>();
        services.AddScoped<IVendStory, RefundStory>();
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
        DecideClaim.Map(api.MapGroup("/claims"));
        RefundPages.Map(routes);
        PayOutCash.Map(api.MapGroup("/payouts"));
        SolvePayback.Map(api.MapGroup("/paybacks"));
    }
}
