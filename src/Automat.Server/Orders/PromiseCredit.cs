using Automat.Domain;
using Automat.Server.Chips.Own;
using Automat.Server.Customers;
using Automat.Server.Data;

namespace Automat.Server.Orders;

/// <summary>
/// Whether an order's money would become credit if nobody collected it, and on which chip. Said before the purchase and kept with the
/// order: what is changed later, about the rule or about the account, changes no promise.
/// </summary>
public sealed class PromiseCredit(AutomatDb db, CreditChips chips)
{
    /// <summary>The chip; null when the money would go back.</summary>
    /// <param name="organization">Whose shop.</param>
    /// <param name="customer">Whose account the order goes to; null for nobody's.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<CreditChip?> OfAsync(Id<Organization> organization, Id<Customer>? customer, CancellationToken ct)
    {
        if (customer is not { } owner) return null;
        return (await OrderRules.OfAsync(db, organization, ct)).Uncollected is Uncollected.Credit ? await chips.OfAsync(owner, ct) : null;
    }
}
