using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Control;

/// <summary>All the sandbox holds, newest first, for a test to look at.</summary>
internal sealed record SandboxState(
    IReadOnlyList<CheckoutSession> CheckoutSessions,
    IReadOnlyList<PaymentLink> PaymentLinks,
    IReadOnlyList<PaymentIntent> PaymentIntents,
    IReadOnlyList<Charge> Charges,
    IReadOnlyList<Refund> Refunds,
    IReadOnlyList<Dispute> Disputes,
    IReadOnlyList<Customer> Customers,
    IReadOnlyList<SetupIntent> SetupIntents,
    IReadOnlyList<StripeEvent> Events,
    IReadOnlyList<Delivery> Deliveries,
    IReadOnlyList<WebhookEndpoint> WebhookEndpoints,
    IReadOnlyDictionary<string, int> Counts)
{
    /// <summary>Takes the newest of each kind.</summary>
    /// <param name="shelves">The objects.</param>
    /// <param name="most">Of each kind, at most so many.</param>
    public static SandboxState Of(Shelves shelves, int most)
    {
        List<T> Some<T>()
            where T : StripeObject => [.. shelves.Newest<T>().Take(most)];

        return new SandboxState(Some<CheckoutSession>(), Some<PaymentLink>(), Some<PaymentIntent>(), Some<Charge>(),
            Some<Refund>(), Some<Dispute>(), Some<Customer>(), Some<SetupIntent>(), Some<StripeEvent>(),
            Some<Delivery>(), Some<WebhookEndpoint>(),
            ObjectKinds.All.Keys.ToDictionary(kind => kind, kind => shelves.Of(kind).Count, StringComparer.Ordinal));
    }
}
