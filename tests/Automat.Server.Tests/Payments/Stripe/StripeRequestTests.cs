using Automat.Server.Payments;

namespace Automat.Server.Tests.Payments.Stripe;

/// <summary>What goes over the wire, field by field.</summary>
public sealed class StripeRequestTests : IAsyncLifetime
{
    private static readonly Guid _reference = Guid.Parse("01930000-0000-7000-8000-000000000001");
    private static readonly CancellationToken _ct = TestContext.Current.CancellationToken;

    private FakeStripe _stripe = null!;

    public async ValueTask InitializeAsync() => _stripe = await FakeStripe.StartAsync();

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    [Fact]
    [Trait("Accepts", "S0-10")]
    public async Task A_checkout_carries_lines_addresses_and_the_cart_as_metadata()
    {
        _stripe.Then(200, Fixtures.Json("checkout.session"));
        var request = new CheckoutRequest(
            _reference,
            "USD",
            [new CheckoutLine("Vending Machine Purchase", 350, 1)],
            "https://shop.example/pages/paymentCode.html?session_id={CHECKOUT_SESSION_ID}",
            "https://shop.example/pages/paymentError.html")
        {
            Metadata = new Dictionary<string, string> { ["cart"] = """{"1":2,"2":0,"3":1}""" },
        };

        var checkout = await _stripe.Provider().CreateCheckoutAsync(request, "order-1", _ct);

        Assert.StartsWith("cs_test_", checkout.Id, StringComparison.Ordinal);
        Assert.StartsWith("https://checkout.stripe.com/", checkout.Url, StringComparison.Ordinal);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(1234567890), checkout.ExpiresAt);
        Assert.Equal("POST", _stripe.Only.Method);
        Assert.Equal("/v1/checkout/sessions", _stripe.Only.Target);
        Assert.Equal(
            [
                "mode = payment",
                $"client_reference_id = {_reference}",
                "line_items[0][price_data][currency] = usd",
                "line_items[0][price_data][product_data][name] = Vending Machine Purchase",
                "line_items[0][price_data][unit_amount] = 350",
                "line_items[0][quantity] = 1",
                "success_url = https://shop.example/pages/paymentCode.html?session_id={CHECKOUT_SESSION_ID}",
                "cancel_url = https://shop.example/pages/paymentError.html",
                """metadata[cart] = {"1":2,"2":0,"3":1}""",
                """payment_intent_data[metadata][cart] = {"1":2,"2":0,"3":1}""",
                $"payment_intent_data[metadata][reference] = {_reference}",
            ],
            _stripe.Only.Fields);
    }

    [Fact]
    public async Task Every_call_names_key_version_and_who_asks_in_exact_bytes()
    {
        _stripe.Then(200, Fixtures.Json("refund"));

        await _stripe.Provider().RefundAsync(
            new RefundRequest("pi_1", 100, "USD", new Dictionary<string, string> { ["why"] = "Müll & 5+5=10 €" }),
            "refund-1",
            _ct);

        Assert.Equal(
            "payment_intent=pi_1&amount=100&metadata[why]=M%C3%BCll%20%26%205%2B5%3D10%20%E2%82%AC", _stripe.Only.Body);
        Assert.Equal("refund-1", _stripe.Only.Headers["Idempotency-Key"]);
        Assert.Equal("Bearer sk_test_KeyThatMustNotLeak", _stripe.Only.Headers.Authorization);
        Assert.Equal("2025-03-31.basil", _stripe.Only.Headers["Stripe-Version"]);
        Assert.Equal("application/x-www-form-urlencoded", _stripe.Only.Headers.ContentType);
    }

    [Fact]
    public async Task A_checkout_can_hold_expire_speak_german_and_know_the_customer()
    {
        _stripe.Then(200, Fixtures.Json("checkout.session"));
        var request = new CheckoutRequest(
            _reference,
            "EUR",
            [new CheckoutLine("Cola", 150, 2), new CheckoutLine("Chips", 99, 1)],
            "https://a/",
            "https://b/")
        {
            ExpiresAt = DateTimeOffset.FromUnixTimeSeconds(1_800_000_000),
            CustomerEmail = "a@example.com",
            Locale = "de",
            Hold = true,
            KeepCard = true,
        };

        await _stripe.Provider().CreateCheckoutAsync(request, "k", _ct);

        var fields = _stripe.Only.Fields.ToList();
        Assert.Contains("line_items[1][price_data][unit_amount] = 99", fields);
        Assert.Contains("line_items[0][quantity] = 2", fields);
        Assert.Contains("expires_at = 1800000000", fields);
        Assert.Contains("customer_email = a@example.com", fields);
        Assert.Contains("locale = de", fields);
        Assert.Contains("payment_intent_data[capture_method] = manual", fields);
        Assert.Contains("customer_creation = always", fields);
        Assert.Contains("payment_intent_data[setup_future_usage] = off_session", fields);
    }

    [Fact]
    [Trait("Accepts", "S4-02")]
    public async Task A_payment_link_names_price_quantity_and_machine()
    {
        _stripe.Then(200, Fixtures.Json("price")).Then(200, Fixtures.Json("payment_link"));
        var provider = _stripe.Provider();

        var price = await provider.CreatePriceAsync(new PriceRequest("One credit", 2000, "USD"), "price-1", _ct);
        var link = await provider.CreatePaymentLinkAsync(
            new PaymentLinkRequest(price.Id, 1, new Dictionary<string, string> { ["machine_id"] = "cab-7" }),
            "link-1",
            _ct);

        Assert.Equal(2000, price.UnitAmount);
        Assert.Equal("USD", price.Currency);
        Assert.StartsWith("plink_", link.Id, StringComparison.Ordinal);
        Assert.StartsWith("https://", link.Url, StringComparison.Ordinal);
        Assert.Equal(
            ["currency = usd", "unit_amount = 2000", "product_data[name] = One credit"], _stripe.Requests[0].Fields);
        Assert.Equal("/v1/payment_links", _stripe.Requests[1].Target);
        Assert.Equal(
            [
                $"line_items[0][price] = {price.Id}",
                "line_items[0][quantity] = 1",
                "metadata[machine_id] = cab-7",
                "payment_intent_data[metadata][machine_id] = cab-7",
            ],
            _stripe.Requests[1].Fields);
    }

    [Fact]
    [Trait("Accepts", "S1-14")]
    public async Task A_hold_is_asked_for_captured_in_part_or_released()
    {
        _stripe.Then(200, Fixtures.Json("payment_intent", ("status", "requires_payment_method")))
            .Then(200, Fixtures.Json("payment_intent", ("status", "succeeded"), ("amount_received", 350)))
            .Then(200, Fixtures.Json("payment_intent", ("status", "canceled")));
        var provider = _stripe.Provider();

        var hold = await provider.AuthorizeAsync(new AuthorizeRequest(1099, "USD"), "hold-1", _ct);
        var captured = await provider.CaptureAsync("pi_9", 350, "USD", "capture-1", _ct);
        var released = await provider.ReleaseAsync("pi_8", "release-1", _ct);

        Assert.Equal(IntentStatus.RequiresPaymentMethod, hold.Status);
        Assert.Contains("_secret_", hold.ClientSecret, StringComparison.Ordinal);
        Assert.DoesNotContain("_secret_", hold.ToString(), StringComparison.Ordinal);
        Assert.Equal(350, captured.Received);
        Assert.Equal(IntentStatus.Canceled, released.Status);
        Assert.Equal(
            ["amount = 1099", "currency = usd", "capture_method = manual", "automatic_payment_methods[enabled] = true"],
            _stripe.Requests[0].Fields);
        Assert.Equal("/v1/payment_intents/pi_9/capture", _stripe.Requests[1].Target);
        Assert.Equal(["amount_to_capture = 350"], _stripe.Requests[1].Fields);
        Assert.Equal("/v1/payment_intents/pi_8/cancel", _stripe.Requests[2].Target);
        Assert.Equal("release-1", _stripe.Requests[2].Headers["Idempotency-Key"]);
    }

    [Fact]
    public async Task A_saved_card_is_held_without_the_customers_help()
    {
        _stripe.Then(200, Fixtures.Json("payment_intent", ("status", "requires_capture"), ("amount_capturable", 1099)));

        var hold = await _stripe.Provider().AuthorizeAsync(
            new AuthorizeRequest(1099, "USD") { CustomerId = "cus_1", PaymentMethodId = "pm_1" }, "hold-1", _ct);

        Assert.Equal(IntentStatus.RequiresCapture, hold.Status);
        Assert.Equal(1099, hold.Capturable);
        Assert.Contains("confirm = true", _stripe.Only.Fields);
        Assert.Contains("off_session = true", _stripe.Only.Fields);
        Assert.Contains("payment_method = pm_1", _stripe.Only.Fields);
    }

    [Fact]
    [Trait("Accepts", "M9")]
    public async Task A_saved_card_is_charged_at_once_where_that_is_asked_for()
    {
        _stripe.Then(200, Fixtures.Json("payment_intent", ("status", "succeeded"), ("amount_received", 400)));

        var taken = await _stripe.Provider().AuthorizeAsync(
            new AuthorizeRequest(400, "USD") { CustomerId = "cus_1", PaymentMethodId = "pm_1", TakeAtOnce = true }, "debt-1", _ct);

        Assert.Equal((IntentStatus.Succeeded, 400), (taken.Status, taken.Received));
        Assert.DoesNotContain(_stripe.Only.Fields, f => f.StartsWith("capture_method", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_payment_looked_up_tells_whose_card_it_is()
    {
        var method = Fixtures.Object("payment_method");
        method["card"]!["fingerprint"] = "Xt5EWLLDS7FJjR1c";
        _stripe.Then(200, Fixtures.Json("payment_intent", ("customer", "cus_1"), ("payment_method", method)));

        var found = await _stripe.Provider().FindIntentAsync("pi_1", _ct);

        Assert.Equal("/v1/payment_intents/pi_1?expand[]=payment_method", Uri.UnescapeDataString(_stripe.Only.Target));
        Assert.Equal(("cus_1", (string?)method["id"], "Xt5EWLLDS7FJjR1c"), (found!.CustomerId, found.PaymentMethodId, found.Card));
    }

    [Fact]
    [Trait("Accepts", "S1-17")]
    public async Task A_card_is_saved_with_its_customer_and_becomes_the_default()
    {
        _stripe.Then(200, Fixtures.Json("customer"))
            .Then(200, Fixtures.Json("payment_method"))
            .Then(200, Fixtures.Json("customer"));
        var provider = _stripe.Provider();

        var customer = await provider.CreateCustomerAsync(
            new CustomerRequest("a@example.com", new Dictionary<string, string> { ["account"] = "7" }), "cus-1", _ct);
        var card = await provider.AttachPaymentMethodAsync(customer.Id, "pm_1Pgc75B7WZ01zgkWlHVgdEGJ", "card-1", _ct);

        Assert.Equal("4242", card.Last4);
        Assert.Equal(["email = a@example.com", "metadata[account] = 7"], _stripe.Requests[0].Fields);
        Assert.Equal("/v1/payment_methods/pm_1Pgc75B7WZ01zgkWlHVgdEGJ/attach", _stripe.Requests[1].Target);
        Assert.Equal([$"customer = {customer.Id}"], _stripe.Requests[1].Fields);
        Assert.Equal($"/v1/customers/{customer.Id}", _stripe.Requests[2].Target);
        Assert.Equal([$"invoice_settings[default_payment_method] = {card.Id}"], _stripe.Requests[2].Fields);
        Assert.NotEqual(_stripe.Requests[1].Headers["Idempotency-Key"], _stripe.Requests[2].Headers["Idempotency-Key"]);
    }

    [Fact]
    public async Task Checkouts_are_listed_page_by_page()
    {
        _stripe.Then(200, Fixtures.List(more: true, Fixtures.Json("checkout.session", ("id", "cs_2"))))
            .Then(200, Fixtures.List(more: false, Fixtures.Json("checkout.session", ("id", "cs_1"))));
        var provider = _stripe.Provider();
        var since = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

        var first = await provider.ListCheckoutsAsync(since, cursor: null, _ct);
        var last = await provider.ListCheckoutsAsync(since, first.Next, _ct);

        Assert.Equal("cs_2", first.Next);
        Assert.Null(last.Next);
        Assert.Equal("/v1/checkout/sessions?limit=100&created[gte]=1700000000", Target(0));
        Assert.Equal("/v1/checkout/sessions?limit=100&created[gte]=1700000000&starting_after=cs_2", Target(1));

        string Target(int index) => Uri.UnescapeDataString(_stripe.Requests[index].Target);
    }

    [Fact]
    public async Task What_moved_on_the_account_is_asked_for_by_time_and_read_with_its_fee_and_payment()
    {
        _stripe.Then(200, Fixtures.List(more: true, Fixtures.Json(
                "balance_transaction", ("id", "txn_2"), ("amount", -300), ("fee", 25), ("reporting_category", "refund"), ("source", Fixtures.Object("refund")))))
            .Then(200, Fixtures.List(more: false, Fixtures.Json("balance_transaction", ("id", "txn_1"), ("reporting_category", "never_seen_before"))));
        var provider = _stripe.Provider();
        var (from, until) = (DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), DateTimeOffset.FromUnixTimeSeconds(1_700_086_400));

        var first = await provider.ListBalanceAsync(from, until, cursor: null, _ct);
        var last = await provider.ListBalanceAsync(from, until, first.Next, _ct);

        const string Asked = "/v1/balance_transactions?limit=100&created[gte]=1700000000&created[lt]=1700086400&expand[]=data.source";
        Assert.Equal([Asked, $"{Asked}&starting_after=txn_2"], _stripe.Requests.Select(r => Uri.UnescapeDataString(r.Target)));
        Assert.Equal((BalanceKind.Refund, -300L, 25L, "USD"), (first.Items[0].Kind, first.Items[0].Amount, first.Items[0].Fee, first.Items[0].Currency));
        Assert.Equal((BalanceKind.Other, "never_seen_before", (string?)null), (last.Items[0].Kind, last.Items[0].Word, last.Items[0].IntentId));
        Assert.Null(last.Next);
    }

    [Fact]
    public async Task All_refunds_of_a_payment_are_found_across_pages()
    {
        _stripe.Then(200, Fixtures.List(more: true, Fixtures.Json("refund", ("id", "re_2"))))
            .Then(200, Fixtures.List(more: false, Fixtures.Json("refund", ("id", "re_1"), ("status", "pending"))));

        var refunds = await _stripe.Provider().ListRefundsAsync("pi_1", _ct);

        Assert.Equal(["re_2", "re_1"], refunds.Select(r => r.Id));
        Assert.Equal([RefundStatus.Succeeded, RefundStatus.Pending], refunds.Select(r => r.Status));
        Assert.EndsWith(
            "payment_intent=pi_1&starting_after=re_2", _stripe.Requests[1].Target, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_does_not_exist_is_null_and_what_cannot_exist_is_not_asked_for()
    {
        const string Missing = """{"error":{"code":"resource_missing","message":"No such thing."}}""";
        _stripe.Then(404, Missing).Then(404, Missing);
        var provider = _stripe.Provider();

        Assert.Null(await provider.FindCheckoutAsync("cs_unknown", _ct));
        Assert.Null(await provider.FindRefundAsync("re_unknown", _ct));
        Assert.Null(await provider.FindCheckoutAsync("{CHECKOUT_SESSION_ID}", _ct));
        Assert.Null(await provider.FindCheckoutAsync("../../v1/customers", _ct));
        Assert.Null(await provider.FindPriceAsync("", _ct));

        Assert.Equal(2, _stripe.Requests.Count);
    }

    [Fact]
    public async Task Metadata_beyond_Stripes_limits_is_refused_before_anything_is_sent()
    {
        var provider = _stripe.Provider();
        var long501 = new Dictionary<string, string> { ["cart"] = new('1', 501) };
        var many = Enumerable.Range(0, 51).ToDictionary(i => $"k{i}", _ => "v");
        var bracket = new Dictionary<string, string> { ["a[b]"] = "v" };

        foreach (var metadata in new[] { long501, many, bracket })
        {
            await Assert.ThrowsAsync<ProviderRefusedException>(() =>
                provider.RefundAsync(new RefundRequest("pi_1", 1, "USD", metadata), "k", _ct));
        }

        Assert.Empty(_stripe.Requests);
    }
}
