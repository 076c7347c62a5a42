using System.Net;

namespace Automat.StripeSandbox.Tests;

public sealed class PaymentTests
{
    [Fact]
    public async Task A_hold_is_captured_in_part_and_the_rest_goes_back()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var held = await HoldAsync(sandbox.Client, 1000);

        var tooMuch = await sandbox.Client.PostAsync(
            $"/v1/payment_intents/{held.Id}/capture", ("amount_to_capture", "1001"));
        var captured = await sandbox.Client.PostAsync(
            $"/v1/payment_intents/{held.Id}/capture", ("amount_to_capture", "700"));
        var charge = await sandbox.Client.GetAsync($"/v1/charges/{captured.Text("latest_charge")}");
        var balance = await sandbox.Client.GetAsync("/v1/balance");

        Assert.Equal(("requires_capture", 1000L), (held.Text("status"), held.Number("amount_capturable")));
        Assert.Equal("amount_to_capture", tooMuch.Error.GetProperty("param").GetString());
        Assert.Equal(("succeeded", 700L, 0L),
            (captured.Text("status"), captured.Number("amount_received"), captured.Number("amount_capturable")));
        Assert.Equal((700L, 300L), (charge.Number("amount_captured"), charge.Number("amount_refunded")));
        Assert.Equal(700, balance.Json.GetProperty("available")[0].GetProperty("amount").GetInt64());
    }

    [Fact]
    public async Task A_card_whose_bank_asks_its_customer_pays_on_a_page_and_not_without_them()
    {
        await using var sandbox = await TestSandbox.StartAsync();

        var there = await sandbox.Client.PostAsync(
            "/v1/payment_intents", ("amount", "500"), ("currency", "eur"), ("payment_method", "pm_card_authenticationRequired"), ("confirm", "true"));
        var away = await sandbox.Client.PostAsync(
            "/v1/payment_intents", ("amount", "500"), ("currency", "eur"), ("payment_method", "pm_card_authenticationRequired"), ("confirm", "true"),
            ("off_session", "true"));

        Assert.Equal("succeeded", there.Text("status"));
        Assert.Equal(HttpStatusCode.PaymentRequired, away.Status);
        Assert.Equal("authentication_required", away.Error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_kept_card_pays_for_its_own_customer_only()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var (owner, other) = ((await sandbox.Client.PostAsync("/v1/customers")).Id, (await sandbox.Client.PostAsync("/v1/customers")).Id);
        var card = (await sandbox.Client.PostAsync("/v1/payment_methods/pm_card_visa/attach", ("customer", owner))).Id;

        Task<Reply> HoldForAsync(string customer) => sandbox.Client.PostAsync(
            "/v1/payment_intents", ("amount", "500"), ("currency", "eur"), ("capture_method", "manual"), ("customer", customer),
            ("payment_method", card), ("confirm", "true"), ("off_session", "true"));

        Assert.Equal("requires_capture", (await HoldForAsync(owner)).Text("status"));
        Assert.Equal("payment_method", (await HoldForAsync(other)).Error.GetProperty("param").GetString());
    }

    [Fact]
    public async Task A_released_hold_takes_nothing_and_cannot_be_captured()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var held = await HoldAsync(sandbox.Client, 1000);

        var canceled = await sandbox.Client.PostAsync($"/v1/payment_intents/{held.Id}/cancel");
        var captured = await sandbox.Client.PostAsync($"/v1/payment_intents/{held.Id}/capture");
        var balance = await sandbox.Client.GetAsync("/v1/balance_transactions");

        Assert.Equal("canceled", canceled.Text("status"));
        Assert.Equal("payment_intent_unexpected_state", captured.Error.GetProperty("code").GetString());
        Assert.Empty(balance.Data);
    }

    [Fact]
    public async Task What_moved_on_the_account_is_told_page_by_page_with_what_moved_it()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        for (var i = 1; i <= 3; i++)
        {
            await sandbox.Client.PostAsync(
                "/v1/payment_intents", ("amount", $"{i}00"), ("currency", "eur"), ("confirm", "true"), ("payment_method", "pm_card_visa"));
        }

        var first = await sandbox.Client.GetAsync("/v1/balance_transactions?limit=2&created[gte]=1&expand[]=data.source");
        var last = await sandbox.Client.GetAsync(
            $"/v1/balance_transactions?limit=2&created[gte]=1&starting_after={first.Data[1].GetProperty("id").GetString()}");
        var none = await sandbox.Client.GetAsync("/v1/balance_transactions?created[lt]=1000");

        Assert.Equal([300, 200], first.Data.Select(entry => entry.GetProperty("amount").GetInt32()));
        Assert.StartsWith("pi_", first.Data[0].GetProperty("source").GetProperty("payment_intent").GetString(), StringComparison.Ordinal);
        Assert.Equal("ch_", Assert.Single(last.Data).GetProperty("source").GetString()![..3]);
        Assert.Empty(none.Data);
    }

    [Fact]
    public async Task A_hold_lapses_after_seven_days()
    {
        var clock = new ShiftedClock();
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { TimeProvider = clock });
        var held = await HoldAsync(sandbox.Client, 1000);

        clock.Advance(TimeSpan.FromDays(7.1));

        await Eventually.IsTrueAsync(async () =>
            (await sandbox.Client.GetAsync($"/v1/payment_intents/{held.Id}")).Text("status") == "canceled", "lapsed");
    }

    [Fact]
    public async Task The_amount_of_a_hold_cannot_be_changed()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var held = await HoldAsync(sandbox.Client, 100);

        var changed = await sandbox.Client.PostAsync($"/v1/payment_intents/{held.Id}", ("amount", "500"));

        Assert.Equal("payment_intent_unexpected_state", changed.Error.GetProperty("code").GetString());
    }

    [Fact]
    public async Task An_intent_nobody_confirmed_cannot_be_captured()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var intent = await sandbox.Client.PostAsync("/v1/payment_intents", ("amount", "100"), ("currency", "usd"),
            ("capture_method", "manual"), ("automatic_payment_methods[enabled]", "true"));

        var captured = await sandbox.Client.PostAsync($"/v1/payment_intents/{intent.Id}/capture");
        var confirmed = await sandbox.Client.PostAsync(
            $"/v1/payment_intents/{intent.Id}/confirm", ("payment_method", "pm_card_visa"));

        Assert.Equal("requires_payment_method", intent.Text("status"));
        Assert.Equal(HttpStatusCode.BadRequest, captured.Status);
        Assert.Equal("requires_capture", confirmed.Text("status"));
    }

    [Fact]
    public async Task A_declined_card_answers_402_and_leaves_a_failed_charge()
    {
        await using var sandbox = await TestSandbox.StartAsync();

        var declined = await sandbox.Client.PostAsync("/v1/payment_intents", ("amount", "100"), ("currency", "usd"),
            ("confirm", "true"), ("payment_method", "pm_card_visa_chargeDeclined"));
        var charges = await sandbox.Client.GetAsync("/v1/charges");

        Assert.Equal(HttpStatusCode.PaymentRequired, declined.Status);
        Assert.Equal("card_error", declined.Error.GetProperty("type").GetString());
        Assert.Equal("requires_payment_method",
            declined.Error.GetProperty("payment_intent").GetProperty("status").GetString());
        Assert.Equal("failed", Assert.Single(charges.Data).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Never_more_is_refunded_than_is_left()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var session = await sandbox.Client.CreatePaidSessionAsync();
        var intent = session.Text("payment_intent")!;

        var first = await sandbox.Client.PostAsync("/v1/refunds", ("payment_intent", intent), ("amount", "300"));
        var tooMuch = await sandbox.Client.PostAsync("/v1/refunds", ("payment_intent", intent), ("amount", "201"));
        var rest = await sandbox.Client.PostAsync("/v1/refunds", ("payment_intent", intent));
        var again = await sandbox.Client.PostAsync("/v1/refunds", ("payment_intent", intent));
        var listed = await sandbox.Client.GetAsync($"/v1/refunds?payment_intent={intent}");
        var charge = await sandbox.Client.GetAsync($"/v1/charges/{first.Text("charge")}");

        Assert.Equal("succeeded", first.Text("status"));
        Assert.Equal("amount", tooMuch.Error.GetProperty("param").GetString());
        Assert.Equal(200, rest.Number("amount"));
        Assert.Equal("charge_already_refunded", again.Error.GetProperty("code").GetString());
        Assert.Equal([rest.Id, first.Id], listed.Data.Select(one => one.GetProperty("id").GetString()));
        Assert.True(charge.Json.GetProperty("refunded").GetBoolean());
    }

    [Fact]
    public async Task Concurrent_refunds_never_give_back_more_than_was_paid()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var session = await sandbox.Client.CreatePaidSessionAsync();
        var intent = session.Text("payment_intent")!;

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ =>
            sandbox.Client.PostAsync("/v1/refunds", ("payment_intent", intent), ("amount", "100"))));

        Assert.Equal(5, answers.Count(answer => answer.Status == HttpStatusCode.OK));
    }

    [Fact]
    public async Task A_refund_that_fails_later_gives_the_money_back_to_us()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var session = await sandbox.Client.CreatePaidSessionAsync();
        var refund = await sandbox.Client.PostAsync("/v1/refunds", ("payment_intent", session.Text("payment_intent")!));

        await sandbox.Client.ControlAsync($"/refunds/{refund.Id}/fail");
        var failed = await sandbox.Client.GetAsync($"/v1/refunds/{refund.Id}");
        var charge = await sandbox.Client.GetAsync($"/v1/charges/{refund.Text("charge")}");
        var balance = await sandbox.Client.GetAsync("/v1/balance");

        Assert.Equal("failed", failed.Text("status"));
        Assert.Equal(0, charge.Number("amount_refunded"));
        Assert.Equal(500, balance.Json.GetProperty("available")[0].GetProperty("amount").GetInt64());
    }

    [Fact]
    public async Task A_disputed_charge_takes_the_money_away_until_it_is_won()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var session = await sandbox.Client.CreatePaidSessionAsync();
        var intent = await sandbox.Client.GetAsync($"/v1/payment_intents/{session.Text("payment_intent")}");

        var dispute = await sandbox.Client.ControlAsync($"/charges/{intent.Text("latest_charge")}/dispute");
        var during = await sandbox.Client.GetAsync("/v1/balance");
        var refund = await sandbox.Client.PostAsync("/v1/refunds", ("payment_intent", intent.Id));
        await sandbox.Client.ControlAsync($"/disputes/{dispute.Id}/win");
        var after = await sandbox.Client.GetAsync("/v1/balance");

        Assert.Equal(0, during.Json.GetProperty("available")[0].GetProperty("amount").GetInt64());
        Assert.Equal("charge_disputed", refund.Error.GetProperty("code").GetString());
        Assert.Equal(500, after.Json.GetProperty("available")[0].GetProperty("amount").GetInt64());
    }

    [Fact]
    public async Task A_dashboard_refund_comes_from_outside()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var session = await sandbox.Client.CreatePaidSessionAsync();
        var intent = await sandbox.Client.GetAsync($"/v1/payment_intents/{session.Text("payment_intent")}");

        var refund = await sandbox.Client.ControlAsync(
            $"/charges/{intent.Text("latest_charge")}/refund", new { amount = 120 });

        Assert.Equal(120, refund.MustSucceed().Number("amount"));
        Assert.Single((await sandbox.Client.GetAsync("/v1/events?type=charge.refunded")).Data);
    }

    private static async Task<Reply> HoldAsync(TestClient client, long amount) => (await client.PostAsync(
        "/v1/payment_intents", ("amount", $"{amount}"), ("currency", "usd"), ("capture_method", "manual"),
        ("confirm", "true"), ("payment_method", "pm_card_visa"))).MustSucceed();
}
