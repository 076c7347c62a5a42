using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;

namespace Automat.Server.Payments.Stripe;

/// <summary>Stripe's REST API as a payment provider. What it sends is in the README beside it.</summary>
internal sealed class StripeProvider(StripeApi api, IOptions<StripeSettings> options) : IPaymentProvider
{
    /// <summary>The name stored with payments.</summary>
    public const string StableName = "stripe";

    private const int PageSize = 100;
    private const int MaxRefundPages = 10;

    private readonly IReadOnlyList<string> _webhookSecrets = options.Value.WebhookSecrets();

    public string Name => StableName;

    public async Task<Checkout> CreateCheckoutAsync(CheckoutRequest request, string key, CancellationToken ct)
    {
        using var form = StripeForms.Checkout(request);
        return await api.PostAsync("/v1/checkout/sessions", form, key, StripeObjects.Checkout, ct);
    }

    public async Task<Checkout> ExpireCheckoutAsync(string checkoutId, string key, CancellationToken ct)
    {
        using var form = new StripeForm();
        return await api.PostAsync(
            $"/v1/checkout/sessions/{Id(checkoutId)}/expire", form, key, StripeObjects.Checkout, ct);
    }

    public Task<Checkout?> FindCheckoutAsync(string checkoutId, CancellationToken ct) =>
        FindAsync("/v1/checkout/sessions/", checkoutId, StripeObjects.Checkout, ct);

    public async Task<ProviderPage<Checkout>> ListCheckoutsAsync(
        DateTimeOffset since, string? cursor, CancellationToken ct)
    {
        var from = since.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var path = $"/v1/checkout/sessions?limit={PageSize}&created[gte]={from}"
            + (cursor is null ? "" : $"&starting_after={Id(cursor)}");
        var (items, more) = await api.GetAsync(path, list => StripeObjects.List(list, StripeObjects.Checkout), ct);
        return new ProviderPage<Checkout>(items, more && items.Count > 0 ? items[^1].Id : null);
    }

    public async Task<Price> CreatePriceAsync(PriceRequest request, string key, CancellationToken ct)
    {
        using var form = StripeForms.Price(request);
        return await api.PostAsync("/v1/prices", form, key, StripeObjects.Price, ct);
    }

    public Task<Price?> FindPriceAsync(string priceId, CancellationToken ct) =>
        FindAsync("/v1/prices/", priceId, StripeObjects.Price, ct);

    public async Task<PaymentLink> CreatePaymentLinkAsync(
        PaymentLinkRequest request, string key, CancellationToken ct)
    {
        using var form = StripeForms.Link(request);
        return await api.PostAsync("/v1/payment_links", form, key, StripeObjects.Link, ct);
    }

    public async Task<PaymentIntent> AuthorizeAsync(AuthorizeRequest request, string key, CancellationToken ct)
    {
        using var form = StripeForms.Authorize(request);
        return await api.PostAsync("/v1/payment_intents", form, key, StripeObjects.Intent, ct);
    }

    public Task<PaymentIntent?> FindIntentAsync(string intentId, CancellationToken ct) =>
        FindAsync("/v1/payment_intents/", intentId, StripeObjects.Intent, ct, "?expand[]=payment_method");

    public async Task<PaymentIntent> CaptureAsync(
        string intentId, long amount, string currency, string key, CancellationToken ct)
    {
        using var form = StripeForms.Capture(amount, currency);
        return await api.PostAsync(
            $"/v1/payment_intents/{Id(intentId)}/capture", form, key, StripeObjects.Intent, ct);
    }

    public async Task<PaymentIntent> ReleaseAsync(string intentId, string key, CancellationToken ct)
    {
        using var form = new StripeForm();
        return await api.PostAsync(
            $"/v1/payment_intents/{Id(intentId)}/cancel", form, key, StripeObjects.Intent, ct);
    }

    public async Task<Refund> RefundAsync(RefundRequest request, string key, CancellationToken ct)
    {
        using var form = StripeForms.Refund(request);
        return await api.PostAsync("/v1/refunds", form, key, StripeObjects.Refund, ct);
    }

    public Task<Refund?> FindRefundAsync(string refundId, CancellationToken ct) =>
        FindAsync("/v1/refunds/", refundId, StripeObjects.Refund, ct);

    public async Task<IReadOnlyList<Refund>> ListRefundsAsync(string intentId, CancellationToken ct)
    {
        List<Refund> all = [];
        var path = $"/v1/refunds?limit={PageSize}&payment_intent={Id(intentId)}";
        for (var page = 1; page <= MaxRefundPages; page++)
        {
            var next = all.Count == 0 ? path : $"{path}&starting_after={Id(all[^1].Id)}";
            var (items, more) = await api.GetAsync(next, list => StripeObjects.List(list, StripeObjects.Refund), ct);
            all.AddRange(items);
            if (!more || items.Count == 0) return all;
        }

        // A cut-off list would look like money that was never given back.
        throw new ProviderAnswerException($"Payment {intentId} has more than {PageSize * MaxRefundPages} refunds.");
    }

    public async Task<ProviderPage<BalanceEntry>> ListBalanceAsync(
        DateTimeOffset from, DateTimeOffset until, string? cursor, CancellationToken ct)
    {
        var path = string.Create(
            CultureInfo.InvariantCulture,
            $"/v1/balance_transactions?limit={PageSize}&created[gte]={from.ToUnixTimeSeconds()}&created[lt]={until.ToUnixTimeSeconds()}")
            + "&expand[]=data.source" + (cursor is null ? "" : $"&starting_after={Id(cursor)}");
        var (items, more) = await api.GetAsync(path, list => StripeObjects.List(list, StripeObjects.BalanceEntry), ct);
        return new ProviderPage<BalanceEntry>(items, more && items.Count > 0 ? items[^1].Id : null);
    }

    public async Task<ProviderCustomer> CreateCustomerAsync(CustomerRequest request, string key, CancellationToken ct)
    {
        using var form = new StripeForm()
            .AddIfGiven("email", request.Email)
            .AddMetadata("metadata", request.Metadata);
        return await api.PostAsync("/v1/customers", form, key, StripeObjects.Customer, ct);
    }

    public async Task<SavedPaymentMethod> AttachPaymentMethodAsync(
        string customerId, string paymentMethodId, string key, CancellationToken ct)
    {
        using var attach = new StripeForm().Add("customer", Id(customerId));
        var method = await api.PostAsync(
            $"/v1/payment_methods/{Id(paymentMethodId)}/attach", attach, key, StripeObjects.PaymentMethod, ct);

        // Two calls at Stripe, so two keys, both from the caller's: a repeat after half the work finishes it.
        using var prefer = new StripeForm().Add("invoice_settings[default_payment_method]", method.Id);
        await api.PostAsync(
            $"/v1/customers/{Id(customerId)}", prefer, key + ":default", StripeObjects.Customer, ct);
        return method;
    }

    public async Task<Checkout> CreateCardSetupAsync(CardSetupRequest request, string key, CancellationToken ct)
    {
        using var form = StripeForms.CardSetup(request);
        return await api.PostAsync("/v1/checkout/sessions", form, key, StripeObjects.Checkout, ct);
    }

    public async Task<CardSetup?> FindCardSetupAsync(string checkoutId, CancellationToken ct) => (await FindAsync(
        "/v1/checkout/sessions/", checkoutId, StripeObjects.CardSetup, ct, "?expand[]=setup_intent.payment_method"))?.Setup;

    public async Task DetachPaymentMethodAsync(string paymentMethodId, string key, CancellationToken ct)
    {
        if (await FindAsync("/v1/payment_methods/", paymentMethodId, StripeObjects.KeptMethod, ct) is not { IsKept: true }) return;
        using var form = new StripeForm();
        await api.PostAsync($"/v1/payment_methods/{Id(paymentMethodId)}/detach", form, key, StripeObjects.PaymentMethod, ct);
    }

    public WebhookReading ParseWebhook(ReadOnlyMemory<byte> body, string? signature, DateTimeOffset now)
    {
        if (_webhookSecrets.Count == 0) return new WebhookReading.NotConfigured();
        if (body.Length > StripeEvents.MaxBytes) return new WebhookReading.InvalidPayload();
        if (!StripeSignature.Verify(body.Span, signature, _webhookSecrets, now))
            return new WebhookReading.InvalidSignature();

        try
        {
            return new WebhookReading.Received(StripeEvents.Read(body));
        }
        catch (ProviderAnswerException)
        {
            return new WebhookReading.InvalidPayload();
        }
    }

    public ProviderEvent ReadEvent(ReadOnlyMemory<byte> body) => StripeEvents.Read(body);

    private async Task<T?> FindAsync<T>(
        string path, string id, Func<JsonElement, T> read, CancellationToken ct, string query = "")
        where T : class
    {
        // Ids come from addresses that anyone can type; what cannot be an id names nothing.
        if (!IsId(id)) return null;
        try
        {
            return await api.GetAsync(path + id + query, read, ct);
        }
        catch (ProviderRefusedException e) when (e.Code == "resource_missing")
        {
            return null;
        }
    }

    private static string Id(string id) => IsId(id)
        ? id
        : throw new ProviderRefusedException("resource_missing", "That is not an id Stripe could have given.");

    private static bool IsId(string id) =>
        id.Length is > 0 and <= 255 && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
