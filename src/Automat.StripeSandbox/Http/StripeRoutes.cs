using Automat.StripeSandbox.Payments;
using Automat.StripeSandbox.Webhooks;

namespace Automat.StripeSandbox.Http;

/// <summary>One call of the API: what it does in its transaction and what it answers.</summary>
internal delegate object Operation(ApiCall call);

internal sealed record StripeRoute(string Method, string Path, Operation Operation);

/// <summary>The API's table of contents.</summary>
internal static class StripeRoutes
{
    private const string Sessions = "/v1/checkout/sessions";

    public static readonly IReadOnlyList<StripeRoute> All =
    [
        new("POST", Sessions, CheckoutSessions.Create),
        new("GET", Sessions, CheckoutSessions.List),
        new("GET", Sessions + "/{id}", CheckoutSessions.Retrieve),
        new("POST", Sessions + "/{id}", CheckoutSessions.Update),
        new("POST", Sessions + "/{id}/expire", CheckoutSessions.Expire),
        new("GET", Sessions + "/{id}/line_items", CheckoutSessions.ListLineItems),

        new("POST", "/v1/payment_links", PaymentLinks.Create),
        new("GET", "/v1/payment_links", PaymentLinks.List),
        new("GET", "/v1/payment_links/{id}", PaymentLinks.Retrieve),
        new("POST", "/v1/payment_links/{id}", PaymentLinks.Update),
        new("GET", "/v1/payment_links/{id}/line_items", PaymentLinks.ListLineItems),

        new("POST", "/v1/products", Catalogue.CreateProduct),
        new("GET", "/v1/products", Catalogue.ListProducts),
        new("GET", "/v1/products/{id}", Catalogue.RetrieveProduct),
        new("POST", "/v1/prices", Catalogue.CreatePrice),
        new("GET", "/v1/prices", Catalogue.ListPrices),
        new("GET", "/v1/prices/{id}", Catalogue.RetrievePrice),

        new("POST", "/v1/payment_intents", PaymentIntents.Create),
        new("GET", "/v1/payment_intents", PaymentIntents.List),
        new("GET", "/v1/payment_intents/{id}", PaymentIntents.Retrieve),
        new("POST", "/v1/payment_intents/{id}", PaymentIntents.Update),
        new("POST", "/v1/payment_intents/{id}/confirm", PaymentIntents.Confirm),
        new("POST", "/v1/payment_intents/{id}/capture", PaymentIntents.Capture),
        new("POST", "/v1/payment_intents/{id}/cancel", PaymentIntents.Cancel),

        new("POST", "/v1/setup_intents", SetupIntents.Create),
        new("GET", "/v1/setup_intents", SetupIntents.List),
        new("GET", "/v1/setup_intents/{id}", SetupIntents.Retrieve),
        new("POST", "/v1/setup_intents/{id}/confirm", SetupIntents.Confirm),

        new("POST", "/v1/payment_methods", PaymentMethods.Create),
        new("GET", "/v1/payment_methods", PaymentMethods.List),
        new("GET", "/v1/payment_methods/{id}", PaymentMethods.Retrieve),
        new("POST", "/v1/payment_methods/{id}/attach", PaymentMethods.Attach),
        new("POST", "/v1/payment_methods/{id}/detach", PaymentMethods.Detach),

        new("POST", "/v1/customers", Customers.Create),
        new("GET", "/v1/customers", Customers.List),
        new("GET", "/v1/customers/{id}", Customers.Retrieve),
        new("POST", "/v1/customers/{id}", Customers.Update),

        new("POST", "/v1/refunds", Refunds.Create),
        new("GET", "/v1/refunds", Refunds.List),
        new("GET", "/v1/refunds/{id}", Refunds.Retrieve),
        new("POST", "/v1/refunds/{id}", Refunds.Update),
        new("GET", "/v1/charges", Charges.List),
        new("GET", "/v1/charges/{id}", Charges.Retrieve),
        new("GET", "/v1/charges/{id}/refunds", Refunds.ListOfCharge),
        new("GET", "/v1/disputes", Disputes.List),
        new("GET", "/v1/disputes/{id}", Disputes.Retrieve),

        new("GET", "/v1/balance", Ledger.Read),
        new("GET", "/v1/balance_transactions", Ledger.List),
        new("GET", "/v1/balance_transactions/{id}", Ledger.Retrieve),
        new("POST", "/v1/payouts", Ledger.CreatePayout),
        new("GET", "/v1/payouts", Ledger.ListPayouts),
        new("GET", "/v1/payouts/{id}", Ledger.RetrievePayout),

        new("GET", "/v1/events", WebhookEndpoints.ListEvents),
        new("GET", "/v1/events/{id}", WebhookEndpoints.RetrieveEvent),
        new("POST", "/v1/webhook_endpoints", WebhookEndpoints.Create),
        new("GET", "/v1/webhook_endpoints", WebhookEndpoints.List),
        new("GET", "/v1/webhook_endpoints/{id}", WebhookEndpoints.Retrieve),
        new("DELETE", "/v1/webhook_endpoints/{id}", WebhookEndpoints.Delete),
    ];
}
