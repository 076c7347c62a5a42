using Automat.Server.Data;
using Automat.Server.Journal;

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
        services.AddSingleton<VendSignals>();
        services.AddScoped<Selling>();
        services.AddScoped<Sales>();
        services.AddScoped<MachineSales>();
        services.AddScoped<PaymentIntake>();
        services.AddScoped<RefundIntake>();
        services.AddHostedService<DeliveryLanes>();
        services.AddHostedService<VendSweep>();
        services.AddHostedService<PaymentEvents>();
        services.AddHostedService<PaymentReconciler>();
        return services;
    }
}
