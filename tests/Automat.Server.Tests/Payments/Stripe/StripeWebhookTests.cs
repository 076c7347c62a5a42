using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using Automat.Server.Payments;
using Automat.Server.Payments.Stripe;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using static Automat.Server.Payments.ProviderEventContent;

namespace Automat.Server.Tests.Payments.Stripe;

/// <summary>Who said it, when, and what.</summary>
public sealed class StripeWebhookTests
{
    private const long Signed = 1_700_000_000;
    private const string Secret = "whsec_test";

    // Computed with Python's hmac module over "1700000000." and the bytes below.
    private const string Vector = "4c15fb2a43f93ef61eaa3e0893866d57cad9cad4223242cfb96f362480cb4021";
    private const string VectorBody = """{"id":"evt_1","object":"event"}""";

    private static readonly DateTimeOffset _now = DateTimeOffset.FromUnixTimeSeconds(Signed);

    [Fact]
    public void A_signature_made_elsewhere_is_recognised()
    {
        Assert.True(StripeSignature.Verify(
            Encoding.UTF8.GetBytes(VectorBody), $"t={Signed},v1={Vector}", [Secret], _now));
        Assert.False(StripeSignature.Verify(
            Encoding.UTF8.GetBytes(VectorBody + " "), $"t={Signed},v1={Vector}", [Secret], _now));
    }

    [Fact]
    public async Task Another_implementation_signs_alike()
    {
        var body = Fixtures.Event("checkout.session.completed", Fixtures.Json("checkout.session"));
        const string Script = """
            let b=[];process.stdin.on('data',d=>b.push(d)).on('end',()=>process.stdout.write(require('crypto')
            .createHmac('sha256',process.argv[1]).update('1700000000.').update(Buffer.concat(b)).digest('hex')))
            """;
        using var node = TryStart("node", "-e", Script, Secret);
        Assert.SkipWhen(node is null, "node is not installed");

        await node.StandardInput.BaseStream.WriteAsync(body, TestContext.Current.CancellationToken);
        node.StandardInput.Close();
        var hex = await node.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);

        Assert.IsType<WebhookReading.Received>(Provider().ParseWebhook(body, $"t={Signed},v1={hex}", _now));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    [InlineData(86400, false)]
    public void A_signature_is_good_for_300_seconds_either_way(int secondsLater, bool good)
    {
        var body = Fixtures.Event("ping", "{}");

        var reading = Provider().ParseWebhook(body, Sign(body), _now.AddSeconds(secondsLater));

        Assert.Equal(good, reading is WebhookReading.Received);
        if (!good) Assert.IsType<WebhookReading.InvalidSignature>(reading);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("garbage")]
    [InlineData(",,,")]
    [InlineData("=,=")]
    [InlineData("t=1700000000")]
    [InlineData("v1=00")]
    [InlineData("t=1700000000,v1=")]
    [InlineData("t=1700000000,v1=zz")]
    [InlineData("t=soon,v1={0}")]
    [InlineData("t=-1,v1={0}")]
    [InlineData("t= 1700000000x,v1={0}")]
    [InlineData("t=99999999999999999999,v1={0}")]
    [InlineData("t=999999999999,v1={0}")]
    [InlineData("t=1700000000,t=1700000000,v1={0}")]
    [InlineData("t=1700000000,v0={0}")]
    [InlineData("t=1700000001,v1={0}")]
    public void A_missing_or_malformed_header_is_no_signature(string? header)
    {
        var body = Encoding.UTF8.GetBytes(VectorBody);

        var reading = Provider().ParseWebhook(
            body, header?.Replace("{0}", Vector, StringComparison.Ordinal), _now);

        Assert.IsType<WebhookReading.InvalidSignature>(reading);
    }

    [Fact]
    public void Any_of_several_signatures_and_any_of_several_secrets_will_do()
    {
        var body = Fixtures.Event("ping", "{}");
        var old = Sign(body, "whsec_old");
        var provider = Provider("whsec_new, whsec_old");

        Assert.IsType<WebhookReading.Received>(provider.ParseWebhook(body, old, _now));
        var several = $"{Sign(body, "whsec_wrong")},{old.Split(',')[1]},v0=1";
        Assert.IsType<WebhookReading.Received>(provider.ParseWebhook(body, several, _now));
        Assert.IsType<WebhookReading.InvalidSignature>(provider.ParseWebhook(body, Sign(body, "whsec_wrong"), _now));
    }

    [Fact]
    public void A_header_of_thousands_of_signatures_is_not_worked_through()
    {
        var body = Fixtures.Event("ping", "{}");
        var many = Sign(body) + string.Concat(Enumerable.Repeat(",v1=" + new string('0', 64), 20));

        Assert.IsType<WebhookReading.InvalidSignature>(Provider().ParseWebhook(body, many, _now));
    }

    [Fact]
    public void Without_a_secret_nothing_is_believed()
    {
        var body = Fixtures.Event("ping", "{}");

        Assert.IsType<WebhookReading.NotConfigured>(Provider("").ParseWebhook(body, Sign(body, ""), _now));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"object":"checkout.session"}""")]
    [InlineData("""{"object":"event","id":"evt_1","type":"ping","created":1}""")]
    [InlineData("""{"object":"event","type":"ping","created":1,"data":{"object":{}}}""")]
    [InlineData("""{"object":"event","id":"\ud800","type":"ping","created":1,"data":{"object":{}}}""")]
    public void What_is_signed_but_no_event_is_an_invalid_payload(string text)
    {
        var body = Encoding.UTF8.GetBytes(text);

        Assert.IsType<WebhookReading.InvalidPayload>(Provider().ParseWebhook(body, Sign(body), _now));
    }

    [Theory]
    [InlineData("checkout.session.completed", CheckoutChange.Completed)]
    [InlineData("checkout.session.async_payment_succeeded", CheckoutChange.AsyncPaymentSucceeded)]
    [InlineData("checkout.session.async_payment_failed", CheckoutChange.AsyncPaymentFailed)]
    [InlineData("checkout.session.expired", CheckoutChange.Expired)]
    public void A_pay_pages_events_carry_the_page(string type, CheckoutChange change)
    {
        var content = Assert.IsType<CheckoutEvent>(Read(type, Fixtures.Json("checkout.session")).Content);

        Assert.Equal(change, content.Change);
        Assert.Equal(CheckoutPaymentStatus.Unpaid, content.Checkout.PaymentStatus);
    }

    [Theory]
    [InlineData("payment_intent.amount_capturable_updated", IntentChange.AmountCapturableUpdated)]
    [InlineData("payment_intent.succeeded", IntentChange.Succeeded)]
    [InlineData("payment_intent.payment_failed", IntentChange.PaymentFailed)]
    [InlineData("payment_intent.canceled", IntentChange.Canceled)]
    public void A_payments_events_carry_the_payment(string type, IntentChange change)
    {
        var content = Assert.IsType<IntentEvent>(Read(type, Fixtures.Json("payment_intent")).Content);

        Assert.Equal(change, content.Change);
        Assert.Equal((1099L, "USD"), (content.Intent.Amount, content.Intent.Currency));
    }

    [Fact]
    public void Money_given_back_is_told_as_charge_and_as_refund()
    {
        var charge = Assert.IsType<ChargeRefundedEvent>(Read(
            "charge.refunded",
            Fixtures.Json("charge", ("amount_refunded", 40), ("payment_intent", "pi_1"))).Content);
        var refund = Assert.IsType<RefundEvent>(Read(
            "refund.updated", Fixtures.Json("refund", ("status", "failed"))).Content);

        Assert.Equal((40L, "USD", false), (charge.AmountRefunded, charge.Currency, charge.Fully));
        Assert.Equal("pi_1", charge.PaymentIntentId);
        Assert.Equal(RefundStatus.Failed, refund.Refund.Status);
    }

    [Fact]
    public void A_dispute_is_told_with_its_payment()
    {
        var content = Assert.IsType<DisputeEvent>(Read(
            "charge.dispute.created", Fixtures.Json("dispute", ("payment_intent", "pi_1"))).Content);

        Assert.Equal(DisputeChange.Created, content.Change);
        Assert.Equal(DisputeStatus.WarningNeedsResponse, content.Dispute.Status);
        Assert.Equal("pi_1", content.Dispute.PaymentIntentId);
    }

    [Fact]
    public void An_expanded_payment_is_still_found_by_its_id()
    {
        var content = Assert.IsType<CheckoutEvent>(Read(
            "checkout.session.completed",
            Fixtures.Json("checkout.session", ("payment_intent", Fixtures.Object("payment_intent")))).Content);

        Assert.Equal("pi_1PgafyB7WZ01zgkWSjxsAJo3", content.Checkout.PaymentIntentId);
    }

    [Fact]
    public void A_type_we_did_not_ask_for_is_no_news()
    {
        var told = Provider().ReadEvent(Encoding.UTF8.GetBytes(Fixtures.Json("event")));

        Assert.Equal("plan.created", told.Type);
        Assert.IsType<OtherEvent>(told.Content);
    }

    [Fact]
    public void A_word_we_have_never_seen_reaches_the_inbox_and_is_not_taken_for_no_news()
    {
        var told = Read(
            "checkout.session.completed", Fixtures.Json("checkout.session", ("payment_status", "bartered")));

        var content = Assert.IsType<UnreadableEvent>(told.Content);
        Assert.Contains("bartered", content.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("SecretKey", "sk test")]
    [InlineData("SecretKey", "pk_test_1")]
    [InlineData("SecretKey", "sk_live_1", "ApiBase", "http://api.example")]
    [InlineData("ApiBase", "api.stripe.com")]
    [InlineData("ApiBase", "ftp://x/")]
    [InlineData("ApiBase", "https://user@x/")]
    [InlineData("TotalTimeout", "00:01:00")]
    [InlineData("AttemptTimeout", "00:00:31")]
    [InlineData("RetryDelay", "00:00:00")]
    public void Settings_that_cannot_work_stop_the_start(params string[] pairs)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
            pairs.Chunk(2).Select(pair => KeyValuePair.Create("Stripe:" + pair[0], (string?)pair[1]))).Build();
        using var services = new ServiceCollection().AddLogging().AddStripe(configuration).BuildServiceProvider();

        Assert.Throws<Microsoft.Extensions.Options.OptionsValidationException>(
            services.GetRequiredService<IPaymentProvider>);
    }

    private static ProviderEvent Read(string type, string subject)
    {
        var body = Fixtures.Event(type, subject);
        return Assert.IsType<WebhookReading.Received>(Provider().ParseWebhook(body, Sign(body), _now)).Event;
    }

    private static IPaymentProvider Provider(string secrets = Secret)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection([new("Stripe:WebhookSecret", secrets)]).Build();
        return new ServiceCollection().AddLogging().AddStripe(configuration).BuildServiceProvider()
            .GetRequiredService<IPaymentProvider>();
    }

    private static string Sign(byte[] body, string secret = Secret)
    {
        byte[] signed = [.. Encoding.ASCII.GetBytes($"{Signed}."), .. body];
        return $"t={Signed},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}";
    }

    private static Process? TryStart(string program, params string[] arguments)
    {
        try
        {
            return Process.Start(new ProcessStartInfo(program, arguments)
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            });
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
