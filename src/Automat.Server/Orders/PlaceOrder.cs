using System.Security.Cryptography;
using Automat.Domain;
using Automat.Server.Chips;
using Automat.Server.Customers;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Orders;

/// <summary>An order that waits for its payment.</summary>
/// <param name="Id">The order.</param>
/// <param name="PayPage">Where the customer pays.</param>
public sealed record PlacedOrder(Id<Order> Id, string PayPage);

/// <summary>
/// Places an order: written down first, then goods are promised, prices fixed and the pay page opened. The page leads back to the
/// order; the webhook alone makes it paid, whatever the browser does.
/// </summary>
public sealed class PlaceOrder(AutomatDb db, Selling selling, OrderBook book, TimeProvider clock)
{
    // Neither vowels nor what is mistaken for something else: a number makes no words and can be read aloud.
    private const string Letters = "BCDFGHJKMNPQRSTVWXZ23456789";
    private const int Length = 7;

    /// <summary>Places it.</summary>
    /// <param name="place">Where it is collected.</param>
    /// <param name="wishes">What, by slot.</param>
    /// <param name="amount">What the customer was told it costs, minor units.</param>
    /// <param name="home">Our address as the customer's browser knows it.</param>
    /// <param name="cancel">Where the customer goes after giving up.</param>
    /// <param name="language">The customer's language.</param>
    /// <param name="customer">Whose account it goes to; null for nobody's.</param>
    /// <param name="credit">The chip its money becomes credit of when nobody collects it, as the customer was told; null: it goes back.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="RuleException">Why it cannot be sold now; see <see cref="Selling"/>.</exception>
    /// <exception cref="ProviderException">The pay page could not be opened; nothing is promised any more.</exception>
    public async Task<PlacedOrder> RunAsync(
        Machine place, IReadOnlyList<Wish> wishes, long amount, string home, string cancel, string language,
        Id<Customer>? customer, Id<Chip>? credit, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var token = Selling.NewToken();
        var order = new Order
        {
            Id = Id<Order>.New(now),
            OrganizationId = place.OrganizationId,
            Number = RandomNumberGenerator.GetString(Letters, Length),
            PurchaseId = Id<Purchase>.New(now),
            MachineId = place.Id,
            SealedToken = book.Seal(token),
            Language = language,
            CustomerId = customer,
            CreditChipId = credit,
            CreatedAt = now,
        };
        db.Add(order);
        await db.SaveChangesAsync(ct);
        try
        {
            var opened = await selling.OpenAsync(
                place.Id, wishes, new ReturnAddresses($"{home}/orders/{{TOKEN}}?from=pay", cancel, language),
                new AgreedPurchase(order.PurchaseId, token, amount), ct);
            return new PlacedOrder(order.Id, opened.Url);
        }
        catch (Exception refused) when (refused is RuleException or ProviderException)
        {
            // Nothing was promised, or not any more: there is no order.
            await db.Set<Order>().Where(o => o.Id == order.Id).ExecuteDeleteAsync(CancellationToken.None);
            throw;
        }
    }
}
