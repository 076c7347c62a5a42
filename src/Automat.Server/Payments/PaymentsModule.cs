using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Privacy;

namespace Automat.Server.Payments;

/// <summary>The payments' front door.</summary>
public static class PaymentsModule
{
    /// <summary>Maps the webhooks.</summary>
    public static void MapPayments(this IEndpointRouteBuilder routes) => Webhooks.Map(routes);

    /// <summary>Adds purchases, the inbox and paybacks; a provider adds itself.</summary>
    public static IServiceCollection AddPayments(this IServiceCollection services)
    {
        services.AddSingleton<ITables, PaymentTables>();
        services.AddPersonalData<CustomerTraces>();
        services.AddRetention<CustomerAddressRetention>().AddRetention<ProviderMessageRetention>()
            .AddRetention<CardNameRetention>();
        services.AddJournalTable<PurchaseRows>();
        services.AddJournalTable<PaybackRows>();
        services.AddJournalTable<InboxRows>();
        services.AddJournalTable<HoldRows>();
        services.AddJournalTable<DebtRows>();
        services.AddJournalTable<DisputeRows>();
        services.AddJournalTable<OpenDebts>();
        services.AddJournalTable<SaleDebts>();
        services.AddOptions<DebtOptions>().BindConfiguration("Automat:Debts").ValidateDataAnnotations();
        services.AddSingleton<PaybackSignal>();
        services.AddSingleton<Inbox>();
        services.AddHostedService<PaybackSender>();
        services.AddHostedService<HoldSender>();
        services.AddHostedService<DebtSender>();
        services.AddHostedService<PaybackMeter>();
        services.AddHostedService<PaybackReconciler>();
        return services;
    }
}
