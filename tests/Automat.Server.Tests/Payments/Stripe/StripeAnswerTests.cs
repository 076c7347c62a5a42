using System.Text.Json.Nodes;
using Automat.Server.Payments;
using Automat.Server.Payments.Stripe;

namespace Automat.Server.Tests.Payments.Stripe;

/// <summary>What comes back: refusals, surprises, and amounts in Stripe's own way of counting.</summary>
public sealed class StripeAnswerTests : IAsyncLifetime
{
    private static readonly CancellationToken _ct = TestContext.Current.CancellationToken;
    private static readonly RefundRequest _refund = new("pi_1", 100, "USD", new Dictionary<string, string>());

    private FakeStripe _stripe = null!;

    public async ValueTask InitializeAsync() => _stripe = await FakeStripe.StartAsync();

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    [Fact]
    public async Task A_declined_card_is_a_definite_refusal()
    {
        _stripe.Then(402, """
            {"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds",
             "message":"Your card has insufficient funds.","param":"payment_method"}}
            """);

        var e = await Assert.ThrowsAsync<ProviderRefusedException>(() =>
            _stripe.Provider().AuthorizeAsync(new AuthorizeRequest(100, "USD"), "k", _ct));

        Assert.Equal("card_declined", e.Code);
        Assert.Equal("insufficient_funds", e.DeclineCode);
        Assert.Equal("payment_method", e.Parameter);
        Assert.Single(_stripe.Requests);
    }

    [Fact]
    public async Task No_key_reaches_messages_or_logs()
    {
        _stripe.Then(401, """{"error":{"type":"auth","message":"Invalid API Key: sk_test_KeyThatMustNotLeak"}}""")
            .Then(500, "{}").ThenHangUp().Then(200, Fixtures.Json("payment_intent"));
        var provider = _stripe.Provider();

        var e = await Assert.ThrowsAsync<ProviderRefusedException>(() => provider.RefundAsync(_refund, "k", _ct));
        await provider.AuthorizeAsync(new AuthorizeRequest(100, "USD"), "k", _ct);

        Assert.DoesNotContain("MustNotLeak", e.ToString(), StringComparison.Ordinal);
        Assert.Contains("attempt 2 follows", _stripe.Log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("MustNotLeak", _stripe.Log.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("_secret_", _stripe.Log.ToString(), StringComparison.Ordinal);
        var settings = new StripeSettings { SecretKey = "sk_test_KeyThatMustNotLeak" };
        Assert.DoesNotContain("MustNotLeak", settings.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_strangers_no_leaves_the_outcome_open()
    {
        _stripe.Then(403, "<html>blocked by proxy</html>");

        await Assert.ThrowsAsync<ProviderUnavailableException>(() =>
            _stripe.Provider().RefundAsync(_refund, "k", _ct));
        Assert.Single(_stripe.Requests);
    }

    [Theory]
    [InlineData("refund", "status", "\"gone_fishing\"")]
    [InlineData("refund", "status", "null")]
    [InlineData("refund", "amount", "1.5")]
    [InlineData("refund", "amount", "\"100\"")]
    [InlineData("refund", "currency", "\"dollars\"")]
    [InlineData("refund", "created", "-1")]
    [InlineData("refund", "object", "\"charge\"")]
    [InlineData("refund", "id", "null")]
    public async Task An_answer_we_do_not_understand_is_loud(string kind, string field, string value)
    {
        _stripe.Then(200, Fixtures.Json(kind, (field, JsonNode.Parse(value))));

        await Assert.ThrowsAsync<ProviderAnswerException>(() => _stripe.Provider().RefundAsync(_refund, "k", _ct));
    }

    [Fact]
    public async Task Success_that_is_not_JSON_is_loud()
    {
        _stripe.Then(200, "<html>welcome to the wifi</html>");

        await Assert.ThrowsAsync<ProviderAnswerException>(() => _stripe.Provider().RefundAsync(_refund, "k", _ct));
    }

    [Fact]
    public async Task An_endless_answer_is_cut_off()
    {
        _stripe.Then(async http =>
        {
            var junk = new byte[64 * 1024];
            for (var i = 0; i < 200 && !http.RequestAborted.IsCancellationRequested; i++)
                await http.Response.Body.WriteAsync(junk, CancellationToken.None);
        });

        await Assert.ThrowsAsync<ProviderUnavailableException>(() => _stripe.Provider().RefundAsync(_refund, "k", _ct));
        Assert.Single(_stripe.Requests);
    }

    [Fact]
    public async Task Without_a_key_nothing_is_sent()
    {
        var provider = _stripe.Provider(clock: null, ("SecretKey", ""));

        var e = await Assert.ThrowsAsync<ProviderRefusedException>(() => provider.RefundAsync(_refund, "k", _ct));

        Assert.Equal("not_configured", e.Code);
        Assert.Empty(_stripe.Requests);
    }

    [Fact]
    public async Task A_paid_session_is_read_whole()
    {
        _stripe.Then(200, Fixtures.Json(
            "checkout.session",
            ("status", "complete"),
            ("payment_status", "paid"),
            ("amount_total", 350),
            ("currency", "usd"),
            ("payment_link", "plink_1"),
            ("client_reference_id", "ours"),
            ("metadata", new JsonObject { ["machine_id"] = "cab-7" })));

        var checkout = await _stripe.Provider().FindCheckoutAsync("cs_1", _ct);

        Assert.NotNull(checkout);
        Assert.Equal(CheckoutStatus.Complete, checkout.Status);
        Assert.Equal(CheckoutPaymentStatus.Paid, checkout.PaymentStatus);
        Assert.Equal((350L, "USD"), (checkout.AmountTotal, checkout.Currency));
        Assert.Equal("pi_1PgafyB7WZ01zgkWSjxsAJo3", checkout.PaymentIntentId);
        Assert.Equal("plink_1", checkout.PaymentLinkId);
        Assert.Equal("ours", checkout.Reference);
        Assert.Equal("example@example.com", checkout.Email);
        Assert.Equal("cab-7", checkout.Metadata["machine_id"]);
    }

    [Theory]
    [InlineData("USD", 1099, 1099)]
    [InlineData("JPY", 500, 500)]
    [InlineData("HUF", 1045, 1045)]
    [InlineData("TWD", 80045, 80045)]
    [InlineData("ISK", 5, 500)]
    [InlineData("UGX", 5, 500)]
    [InlineData("MGA", 500, 5)]
    [InlineData("KWD", 5120, 5120)]
    public async Task Currencies_that_Stripe_counts_its_own_way_come_out_and_in_right(
        string currency, long ours, long theirs)
    {
        _stripe.Then(200, Fixtures.Json("refund", ("amount", theirs), ("currency", currency.ToLowerInvariant())));

        var refund = await _stripe.Provider().RefundAsync(
            _refund with { Amount = ours, Currency = currency }, "k", _ct);

        Assert.Contains($"amount = {theirs}", _stripe.Only.Fields);
        Assert.Equal(ours, refund.Amount);
    }

    [Theory]
    [InlineData("KWD", 5124)]
    [InlineData("MGA", 501)]
    [InlineData("USD", 0)]
    public async Task An_amount_Stripe_cannot_say_is_refused_unsent(string currency, long amount)
    {
        await Assert.ThrowsAsync<ProviderRefusedException>(() =>
            _stripe.Provider().RefundAsync(_refund with { Amount = amount, Currency = currency }, "k", _ct));

        Assert.Empty(_stripe.Requests);
    }

    [Fact]
    public async Task A_fraction_the_currency_has_not_is_loud()
    {
        _stripe.Then(200, Fixtures.Json("refund", ("amount", 550), ("currency", "isk")));

        await Assert.ThrowsAsync<ProviderAnswerException>(() => _stripe.Provider().RefundAsync(_refund, "k", _ct));
    }
}
