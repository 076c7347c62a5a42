using System.Security.Cryptography;
using System.Text;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Customers;
using Automat.Server.Data;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace Automat.Server.Fridges.Own;

/// <summary>
/// Has the provider keep a customer's card: on the provider's own page, so that no card number passes through here. A new card
/// takes the place of the old one.
/// </summary>
internal sealed class KeepCard(AutomatDb db, IPaymentProvider provider, TimeProvider clock)
{
    /// <summary>Opens the provider's page and returns its address.</summary>
    /// <param name="customer">Whose card.</param>
    /// <param name="home">Our address as the customer's browser knows it.</param>
    /// <param name="language">The customer's language.</param>
    /// <param name="ct">Gives up.</param>
    /// <exception cref="ProviderException">There is no page now.</exception>
    public async Task<string> OpenAsync(SignedInCustomer customer, string home, string language, CancellationToken ct)
    {
        var before = await FindAsync(customer.Organization, customer.Id, ct);
        var keeper = before?.CustomerId ?? (await provider.CreateCustomerAsync(
            new CustomerRequest(
                customer.Email, new Dictionary<string, string>(StringComparer.Ordinal) { ["organization"] = customer.Organization.ToString() }),
            $"customer-{Key(customer)}", ct)).Id;
        var page = await provider.CreateCardSetupAsync(
            new CardSetupRequest(
                customer.Id.Value, keeper, $"{home}/me/card?session={{CHECKOUT_SESSION_ID}}", $"{home}/me/card", language),
            $"card-setup-{Guid.CreateVersion7()}", ct);
        return page.Url ?? throw new ProviderAnswerException("The provider opened a page without an address.");
    }

    /// <summary>Notes the card that was kept on a page of this customer's; false when there is none. Doing it again changes nothing.</summary>
    public async Task<bool> FinishAsync(Id<Organization> organization, Id<Customer> customer, string session, CancellationToken ct)
    {
        if (await provider.FindCardSetupAsync(session, ct) is not { CustomerId: { } keeper, Method: { } method } setup
            || setup.Reference != customer.ToString()) return false;
        var before = await FindAsync(organization, customer, ct);
        if (before?.MethodId == method.Id) return true;
        // The provider tells of old pages, too: a card that was given up since stays so.
        if (await db.Set<CardRemoval>().AnyAsync(r => r.MethodId == method.Id, ct)) return false;
        var now = clock.GetUtcNow();
        var card = new SavedCard
        {
            OrganizationId = organization,
            CustomerId = before?.CustomerId ?? keeper,
            Owner = customer.ToString(),
            MethodId = method.Id,
            Brand = method.Brand,
            Last4 = method.Last4,
            SavedAt = now,
        };
        if (before is null)
        {
            db.Add(card);
        }
        else
        {
            db.Add(CardRemoval.Of(organization, before.MethodId, now)); // before it turns into the new one
            db.Replace(before, card);
        }

        db.Note(organization, "card.saved", "saved_card", card.CustomerId);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException twice) when (twice.InnerException is PostgresException { SqlState: PostgresErrorCodes.UniqueViolation })
        {
            // The browser and the provider's message came at once, and the other one noted it.
        }

        return true;
    }

    /// <summary>A customer's card; null when none is kept.</summary>
    public Task<SavedCard?> FindAsync(Id<Organization> organization, Id<Customer> customer, CancellationToken ct)
    {
        var owner = customer.ToString();
        return db.Set<SavedCard>().AsNoTracking().SingleOrDefaultAsync(c => c.OrganizationId == organization && c.Owner == owner, ct);
    }

    private static string Key(SignedInCustomer customer) => Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{customer.Organization}|{customer.Id}|{customer.Email}")))[..40];
}
