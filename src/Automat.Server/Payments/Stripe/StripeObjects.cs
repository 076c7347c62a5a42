using System.Text.Json;

namespace Automat.Server.Payments.Stripe;

/// <summary>Stripe's JSON objects as our records. A field we need and do not find throws.</summary>
internal static class StripeObjects
{
    public static Checkout Checkout(JsonElement session) => Checkout(session, said: null);

    /// <summary>A session inside an event: what the event's own name says the object may leave out.</summary>
    public static Checkout Checkout(JsonElement session, CheckoutStatus? said)
    {
        if (said is null || session.OptionalText("object") is not null) Require(session, "checkout.session");
        var currency = session.OptionalCurrency();
        var total = session.OptionalLong("amount_total");

        return new Checkout(
            session.Text("id"),
            said is null || session.OptionalText("status") is not null
                ? StripeWords.Checkout(session.Text("status"))
                : said.Value,
            StripeWords.CheckoutPayment(session.Text("payment_status")),
            said is null ? session.Time("created") : session.OptionalTime("created") ?? DateTimeOffset.UnixEpoch)
        {
            Url = session.OptionalText("url"),
            ExpiresAt = session.OptionalTime("expires_at"),
            Currency = currency,
            AmountTotal = total is { } units && currency is not null
                ? StripeAmounts.FromStripe(units, currency)
                : null,
            PaymentIntentId = session.OptionalId("payment_intent"),
            PaymentLinkId = session.OptionalId("payment_link"),
            Reference = session.OptionalText("client_reference_id"),
            Email = session.OptionalObject("customer_details")?.OptionalText("email")
                ?? session.OptionalText("customer_email"),
            LiveMode = session.OptionalBool("livemode"),
            Metadata = session.Metadata(),
        };
    }

    public static PaymentIntent Intent(JsonElement intent)
    {
        Require(intent, "payment_intent");
        var currency = intent.Currency();
        return new PaymentIntent(
            intent.Text("id"),
            StripeWords.Intent(intent.Text("status")),
            StripeAmounts.FromStripe(intent.Long("amount"), currency),
            currency,
            StripeAmounts.FromStripe(intent.OptionalLong("amount_capturable") ?? 0, currency),
            StripeAmounts.FromStripe(intent.OptionalLong("amount_received") ?? 0, currency))
        {
            ClientSecret = intent.OptionalText("client_secret"),
            CustomerId = intent.OptionalId("customer"),
            PaymentMethodId = intent.OptionalId("payment_method"),
            Card = intent.OptionalExpanded("payment_method")?.OptionalObject("card")?.OptionalText("fingerprint"),
            Metadata = intent.Metadata(),
        };
    }

    public static Refund Refund(JsonElement refund)
    {
        Require(refund, "refund");
        var currency = refund.Currency();
        return new Refund(
            refund.Text("id"),
            StripeWords.Refund(refund.Text("status")),
            StripeAmounts.FromStripe(refund.Long("amount"), currency),
            currency,
            refund.OptionalId("payment_intent"),
            refund.Time("created"),
            refund.Metadata());
    }

    public static Price Price(JsonElement price)
    {
        Require(price, "price");
        var currency = price.Currency();
        var units = price.OptionalLong("unit_amount");
        return new Price(
            price.Text("id"),
            units is { } amount ? StripeAmounts.FromStripe(amount, currency) : null,
            currency,
            price.OptionalBool("active"));
    }

    public static PaymentLink Link(JsonElement link)
    {
        Require(link, "payment_link");
        return new PaymentLink(link.Text("id"), link.Text("url"));
    }

    public static ProviderCustomer Customer(JsonElement customer)
    {
        Require(customer, "customer");
        return new ProviderCustomer(customer.Text("id"));
    }

    public static SavedPaymentMethod PaymentMethod(JsonElement method)
    {
        Require(method, "payment_method");
        var card = method.OptionalObject("card");
        return new SavedPaymentMethod(
            method.Text("id"), method.Text("type"), card?.OptionalText("brand"), card?.OptionalText("last4"));
    }

    /// <summary>A session in mode <c>setup</c>, its card expanded; a session that takes money has no setup.</summary>
    public static FoundSetup CardSetup(JsonElement session)
    {
        Require(session, "checkout.session");
        if (session.OptionalText("mode") != "setup") return new FoundSetup(null);
        var customer = session.OptionalId("customer");
        var method = session.OptionalExpanded("setup_intent")?.OptionalExpanded("payment_method");
        // A card that was let go of since belongs to nobody.
        var kept = method is { } card && customer is not null && card.OptionalId("customer") == customer ? PaymentMethod(card) : null;
        return new FoundSetup(new CardSetup(session.OptionalText("client_reference_id"), customer, kept));
    }

    public static FoundMethod KeptMethod(JsonElement method)
    {
        Require(method, "payment_method");
        return new FoundMethod(method.OptionalId("customer") is not null);
    }

    public static Dispute Dispute(JsonElement dispute)
    {
        Require(dispute, "dispute");
        var currency = dispute.Currency();
        return new Dispute(
            dispute.Text("id"),
            StripeWords.Dispute(dispute.Text("status")),
            StripeAmounts.FromStripe(dispute.Long("amount"), currency),
            currency,
            dispute.OptionalId("payment_intent"),
            dispute.OptionalText("reason") is { } reason ? reason[..Math.Min(reason.Length, 100)] : "")
        {
            DueBy = dispute.OptionalObject("evidence_details")?.OptionalTime("due_by"),
            Created = dispute.OptionalTime("created"),
        };
    }

    /// <summary>A movement on the account, with what it moved where Stripe was asked to expand it.</summary>
    public static BalanceEntry BalanceEntry(JsonElement entry)
    {
        Require(entry, "balance_transaction");
        var (currency, word) = (entry.Currency(), entry.OptionalText("reporting_category") ?? entry.Text("type"));
        return new BalanceEntry(
            entry.Text("id"),
            StripeWords.Balance(word),
            word[..Math.Min(word.Length, 64)],
            StripeAmounts.FromStripe(entry.Long("amount"), currency),
            StripeAmounts.FromStripe(entry.Long("fee"), currency),
            currency,
            entry.OptionalExpanded("source")?.OptionalId("payment_intent"),
            entry.Time("created"));
    }

    public static ProviderEventContent.ChargeRefundedEvent ChargeRefunded(JsonElement charge)
    {
        Require(charge, "charge");
        var currency = charge.Currency();
        return new ProviderEventContent.ChargeRefundedEvent(
            charge.Text("id"),
            charge.OptionalId("payment_intent"),
            StripeAmounts.FromStripe(charge.Long("amount_refunded"), currency),
            currency,
            charge.OptionalBool("refunded"));
    }

    /// <summary>A page of Stripe's lists, and whether more follows.</summary>
    public static (List<T> Items, bool More) List<T>(JsonElement list, Func<JsonElement, T> read)
    {
        Require(list, "list");
        if (!list.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
            throw new ProviderAnswerException("Stripe's list has no data.");

        List<T> items = [];
        foreach (var item in data.EnumerateArray()) items.Add(read(item));
        return (items, list.OptionalBool("has_more"));
    }

    private static void Require(JsonElement element, string kind)
    {
        if (element.ValueKind != JsonValueKind.Object || element.OptionalText("object") != kind)
            throw new ProviderAnswerException($"Stripe answered something that is not a {kind}.");
    }
}

/// <summary>A session that was found, with what it set up; null for one that takes money.</summary>
internal sealed record FoundSetup(CardSetup? Setup);

/// <summary>A payment method that was found, and whether a customer keeps it.</summary>
internal sealed record FoundMethod(bool IsKept);
