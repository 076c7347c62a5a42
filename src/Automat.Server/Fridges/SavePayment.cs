using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Fridges;

/// <summary>What a client sends to have a card kept; in the spelling existing clients use.</summary>
/// <param name="PaymentMethodId">The provider's payment method.</param>
internal sealed record SavePaymentRequest(
    [property: System.Text.Json.Serialization.JsonPropertyName("paymentMethodId")] string? PaymentMethodId);

/// <summary>Keeps a card with the provider for the caller: the same caller is the same customer, however often.</summary>
internal sealed class SavePayment(AutomatDb db, IPaymentProvider provider, TimeProvider clock)
{
    public async Task<string> RunAsync(ClaimsPrincipal caller, SavePaymentRequest request, CancellationToken ct)
    {
        if (request.PaymentMethodId is not { Length: > 0 and <= 255 } method)
        {
            throw new RuleException("payment_method_missing", "Missing paymentMethodId");
        }

        var (organization, owner) = (caller.OrganizationOf(), caller.ActorOf());
        var before = await FindAsync(organization, owner, ct);
        var customer = before?.CustomerId ?? (await provider.CreateCustomerAsync(
            new CustomerRequest(
                Email: null, new Dictionary<string, string>(StringComparer.Ordinal) { ["organization"] = organization.ToString() }),
            $"customer-{Key(organization, owner)}", ct)).Id;
        var kept = await provider.AttachPaymentMethodAsync(customer, method, $"attach-{Key(organization, owner, method)}", ct);
        var card = new SavedCard
        {
            OrganizationId = organization,
            CustomerId = customer,
            Owner = owner,
            MethodId = kept.Id,
            Brand = kept.Brand,
            Last4 = kept.Last4,
            SavedAt = clock.GetUtcNow(),
        };
        if (before is null) db.Add(card);
        else db.Replace(before, card);
        db.Note(organization, "card.saved", "saved_card", customer);
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (db.Set<SavedCard>().AsNoTracking().Any(c => c.OrganizationId == organization && c.CustomerId == customer))
        {
            // The same caller asked twice at once: the provider gave both the same customer, and the other one noted it.
        }

        return customer;
    }

    /// <summary>The caller's card, or that of a customer the caller names.</summary>
    public async Task<SavedCard?> OfAsync(ClaimsPrincipal caller, string? customer, CancellationToken ct)
    {
        var organization = caller.OrganizationOf();
        return customer is null
            ? await FindAsync(organization, caller.ActorOf(), ct)
            : await db.Set<SavedCard>().AsNoTracking().SingleOrDefaultAsync(c => c.OrganizationId == organization && c.CustomerId == customer, ct);
    }

    private Task<SavedCard?> FindAsync(Id<Organization> organization, string owner, CancellationToken ct) =>
        db.Set<SavedCard>().AsNoTracking().SingleOrDefaultAsync(c => c.OrganizationId == organization && c.Owner == owner, ct);

    private static string Key(Id<Organization> organization, params ReadOnlySpan<string> of) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{organization}|{string.Join('|', of)}")))[..40];
}
