using Automat.Server.Customers;
using Automat.Server.Machines;
using Automat.Server.Payments;

namespace Automat.Server.Fridges.Own;

/// <summary>Tells pages that open doors which card is kept for the customer who is signed in.</summary>
public sealed class OwnCards
{
    private readonly KeepCard cards;
    private readonly CurrentCustomer customers;
    private readonly PaymentAccount account;

    /// <summary>Made by the container.</summary>
    public OwnCards(IServiceProvider services)
    {
        cards = services.GetRequiredService<KeepCard>();
        customers = services.GetRequiredService<CurrentCustomer>();
        account = services.GetRequiredService<PaymentAccount>();
    }

    /// <summary>The kept card; null for strangers, for customers without one, and at machines of other organisations.</summary>
    public async Task<KeptCard?> AtAsync(HttpContext context, Machine machine, CancellationToken ct)
    {
        if (machine.OrganizationId != account.Organization || await customers.FindAsync(context, ct) is not { } customer) return null;
        return await cards.FindAsync(customer.Organization, customer.Id, ct) is { } card ? new KeptCard(card.CustomerId, card.MethodId) : null;
    }
}
