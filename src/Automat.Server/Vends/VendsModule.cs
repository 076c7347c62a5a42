using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Panel;
using Automat.Server.Payments;
using Automat.Server.Vends.Desk;

namespace Automat.Server.Vends;

/// <summary>The sale's front door.</summary>
public static class VendsModule
{
    /// <summary>Adds selling, delivering and settling.</summary>
    public static IServiceCollection AddVends(this IServiceCollection services)
    {
        services.AddSingleton<ITables, VendTables>();
        services.AddJournalTable<VendRows>();
        services.AddJournalTable<LiveCodes>();
        services.AddJournalTable<OpenChips>();
        services.AddJournalTable<SpentOnTheWeb>();
        services.AddJournalTable<MachineTurns>();
        services.AddSingleton<CommandNews>();
        services.AddSingleton<VendSignals>();
        services.AddScoped<Selling>();
        services.AddScoped<HoldSelling>();
        services.AddScoped<HoldIntake>();
        services.AddScoped<IPaymentTaker>(own => own.GetRequiredService<HoldIntake>());
        services.AddScoped<DebtDesk>();
        services.AddScoped<Sales>();
        services.AddSingleton<BasketSettlement>();
        services.AddScoped<MachineSales>();
        services.AddScoped<PaymentIntake>();
        services.AddScoped<RefundIntake>();
        services.AddScoped<DisputeIntake>();
        services.AddSingleton<MachineCommands>();
        services.AddScoped<TellMachine>();
        services.AddScoped<SellTest>();
        services.AddScoped<MachineDealings>();
        services.AddScoped<IMachineSales>(own => own.GetRequiredService<MachineDealings>());
        services.AddScoped<IMachineTeller>(own => own.GetRequiredService<MachineDealings>());
        services.AddScoped<ResolveVend>();
        services.AddScoped<WaitingSales>();
        services.AddScoped<FindSales>();
        services.AddScoped<SaleStory>();
        services.AddScoped<SalesPages>();
        services.AddScoped<DoubtPages>();
        services.AddScoped<IPanelSearch, SaleSearch>();
        services.AddSingleton<VendCounters>();
        services.AddSingleton<LoneDoubts>();
        services.AddSingleton<VendRefunds>();
        services.AddHostedService<DeliveryLanes>();
        services.AddHostedService<CommandSweep>();
        services.AddHostedService<VendSweep>();
        services.AddHostedService<TellSales>();
        services.AddHostedService<PaymentEvents>();
        services.AddHostedService<PaymentReconciler>();
        return services;
    }

    /// <summary>Maps what staff tell machines, what was sold, and how they clear up doubts.</summary>
    public static void MapVends(this IEndpointRouteBuilder routes)
    {
        TellMachine.Map(routes.MapGroup("/api/v1/machines/{machine}/commands").DisableAntiforgery().WithTags("Commands"));
        ListSales.Map(routes.MapGroup("/api/v1/machines/{machine}/vends").DisableAntiforgery().WithTags("Vends"));
        DebtDesk.Map(routes.MapGroup("/api/v1/debts").DisableAntiforgery().WithTags("Debts"));
        SalesPages.Map(routes);
        DoubtPages.Map(routes);
        ResolveVend.Map(routes.MapGroup("/api/v1/vends").DisableAntiforgery().WithTags("Vends"));
    }
}
