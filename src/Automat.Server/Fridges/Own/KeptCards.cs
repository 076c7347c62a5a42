using Automat.Domain;
using Automat.Server.Customers;
using Automat.Server.Data;
using Automat.Server.Payments;

namespace Automat.Server.Fridges.Own;

/// <summary>Hears from the provider that a card was kept, whether or not the customer's browser came back to tell.</summary>
internal sealed class KeptCards(CustomerBook customers, IServiceScopeFactory scopes) : IPaymentTaker
{
    public async Task<bool> TakeAsync(Checkout checkout, CheckoutChange? change, CancellationToken ct)
    {
        if (checkout is not { Status: CheckoutStatus.Complete, PaymentStatus: CheckoutPaymentStatus.NoPaymentRequired, PaymentLinkId: null }
            || !Guid.TryParse(checkout.Reference, out var reference)) return false;
        var customer = new Id<Customer>(reference);
        if (await customers.OrganizationOfAsync(customer, ct) is not { } organization) return false;
        await using var scope = scopes.CreateScopeOf(organization).WorkOf("saved cards");
        return await scope.ServiceProvider.GetRequiredService<KeepCard>().FinishAsync(organization, customer, checkout.Id, ct);
    }

    public Task<bool> TakeRefundAsync(Refund refund, CancellationToken ct) => Task.FromResult(false);
}
