using System.Net;

namespace Automat.StripeSandbox.Tests;

public sealed class CheckoutTests
{
    [Fact]
    public async Task A_card_pays_on_the_page_and_the_customer_returns_to_the_shop()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var session = await sandbox.Client.CreateSessionAsync(("metadata[machine_id]", "m-1"));

        var page = await sandbox.Client.Http.GetStringAsync(session.Text("url"));
        using var paid = await sandbox.Client.PostPageAsync(
            session.Text("url"), ("card", "4242 4242 4242 4242"), ("email", "a@b.example"), ("action", "pay"));
        var after = await sandbox.Client.GetAsync($"/v1/checkout/sessions/{session.Id}?expand[]=payment_intent");

        Assert.Contains("Sandbox – no real money", page, StringComparison.Ordinal);
        Assert.Contains("5.00 EUR", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.SeeOther, paid.StatusCode);
        Assert.Equal($"http://shop.example/ok?session={session.Id}", paid.Headers.Location!.ToString());
        Assert.Equal(("complete", "paid", null),
            (after.Text("status"), after.Text("payment_status"), after.Text("url")));
        Assert.Equal("a@b.example", after.Json.GetProperty("customer_details").GetProperty("email").GetString());
        Assert.Equal(500, after.Json.GetProperty("payment_intent").GetProperty("amount_received").GetInt64());
    }

    [Theory]
    [InlineData("4000 0000 0000 0002", "Your card was declined.")]
    [InlineData("4000-0000-0000-9995", "insufficient funds")]
    [InlineData("1234", "number is incorrect")]
    public async Task A_refused_card_is_explained_on_the_page_and_another_may_pay(string card, string sentence)
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var session = await sandbox.Client.CreateSessionAsync();

        using var refused = await sandbox.Client.PostPageAsync(session.Text("url"), ("card", card));
        var open = await sandbox.Client.GetAsync($"/v1/checkout/sessions/{session.Id}");
        using var paid = await sandbox.Client.PostPageAsync(session.Text("url"), ("card", "4242424242424242"));

        Assert.Contains(sentence, await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(("open", "unpaid"), (open.Text("status"), open.Text("payment_status")));
        Assert.Equal(HttpStatusCode.SeeOther, paid.StatusCode);
    }

    [Fact]
    public async Task Paying_twice_charges_once()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var session = await sandbox.Client.CreateSessionAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
            sandbox.Client.PostPageAsync(session.Text("url"), ("card", "4242424242424242"))));
        var charges = await sandbox.Client.GetAsync("/v1/charges");

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.SeeOther, answer.StatusCode));
        Assert.Single(charges.Data);
    }

    [Fact]
    public async Task Cancel_returns_to_the_shop_and_leaves_the_session_open()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var session = await sandbox.Client.CreateSessionAsync();

        using var back = await sandbox.Client.PostPageAsync(session.Text("url"), ("action", "cancel"));
        var after = await sandbox.Client.GetAsync($"/v1/checkout/sessions/{session.Id}");

        Assert.Equal("http://shop.example/no", back.Headers.Location!.ToString());
        Assert.Equal("open", after.Text("status"));
    }

    [Theory]
    [InlineData("AT611904300234573201", "paid", "checkout.session.async_payment_succeeded")]
    [InlineData("AT861904300235473202", "unpaid", "checkout.session.async_payment_failed")]
    public async Task A_bank_debit_is_complete_at_once_and_settled_later(string account, string payment, string said)
    {
        await using var sandbox = await TestSandbox.StartAsync(
            new SandboxOptions { SettleDelayedAfter = TimeSpan.FromSeconds(1) });
        var session = await sandbox.Client.CreateSessionAsync();

        using var sent = await sandbox.Client.PostPageAsync(
            session.Text("url"), ("method", "bank_debit"), ("account", account));
        var pending = await sandbox.Client.GetAsync($"/v1/checkout/sessions/{session.Id}");
        await Eventually.IsTrueAsync(
            async () => (await sandbox.Client.GetAsync("/v1/events?type=" + said)).Data.Count == 1, said);
        var settled = await sandbox.Client.GetAsync($"/v1/checkout/sessions/{session.Id}");

        Assert.Equal(HttpStatusCode.SeeOther, sent.StatusCode);
        Assert.Equal(("complete", "unpaid"), (pending.Text("status"), pending.Text("payment_status")));
        Assert.Equal(("complete", payment), (settled.Text("status"), settled.Text("payment_status")));
    }

    [Fact]
    public async Task The_control_interface_settles_a_bank_debit()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var session = await sandbox.Client.CreateSessionAsync();
        await sandbox.Client.PayAsync(session.Id, new { method = "bank_debit", email = "a@b.example" });

        var settled = (await sandbox.Client.ControlAsync($"/checkout/sessions/{session.Id}/succeed")).MustSucceed();
        var again = await sandbox.Client.ControlAsync($"/checkout/sessions/{session.Id}/fail");

        Assert.Equal("paid", settled.Text("payment_status"));
        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
    }

    [Fact]
    public async Task A_session_expires_by_itself_and_can_no_longer_be_paid()
    {
        var clock = new ShiftedClock();
        await using var sandbox = await TestSandbox.StartAsync(new SandboxOptions { TimeProvider = clock });
        var session = await sandbox.Client.CreateSessionAsync();

        clock.Advance(TimeSpan.FromHours(25));
        await Eventually.IsTrueAsync(async () =>
            (await sandbox.Client.GetAsync("/v1/events?type=checkout.session.expired")).Data.Count == 1, "expired");
        using var late = await sandbox.Client.PostPageAsync(session.Text("url"), ("card", "4242424242424242"));
        var after = await sandbox.Client.GetAsync($"/v1/checkout/sessions/{session.Id}");

        Assert.Equal(HttpStatusCode.Gone, late.StatusCode);
        Assert.Equal("expired", after.Text("status"));
        Assert.Empty((await sandbox.Client.GetAsync("/v1/charges")).Data);
    }

    [Fact]
    public async Task A_shop_may_expire_an_open_session_once()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var session = await sandbox.Client.CreateSessionAsync();

        var expired = await sandbox.Client.PostAsync($"/v1/checkout/sessions/{session.Id}/expire");
        var again = await sandbox.Client.PostAsync($"/v1/checkout/sessions/{session.Id}/expire");

        Assert.Equal("expired", expired.Text("status"));
        Assert.Equal(HttpStatusCode.BadRequest, again.Status);
    }

    [Fact]
    public async Task Setup_saves_a_card_without_charging_it()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var customer = await sandbox.Client.PostAsync("/v1/customers", ("email", "a@b.example"));
        var session = await sandbox.Client.PostAsync("/v1/checkout/sessions", ("mode", "setup"),
            ("customer", customer.Id), ("success_url", "http://shop.example/ok"), ("currency", "eur"));

        var done = (await sandbox.Client.PayAsync(session.Id)).MustSucceed();
        var methods = await sandbox.Client.GetAsync($"/v1/payment_methods?customer={customer.Id}");

        Assert.Equal("no_payment_required", done.Text("payment_status"));
        Assert.StartsWith("seti_", done.Text("setup_intent"), StringComparison.Ordinal);
        Assert.Single(methods.Data);
        Assert.Empty((await sandbox.Client.GetAsync("/v1/charges")).Data);
    }

    [Fact]
    public async Task A_payment_link_makes_a_fresh_session_for_every_visit()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var link = await sandbox.Client.PostAsync("/v1/payment_links", ("line_items[0][price_data][currency]", "usd"),
            ("line_items[0][price_data][unit_amount]", "100"), ("line_items[0][quantity]", "1"),
            ("line_items[0][price_data][product_data][name]", "Credit"), ("metadata[machine_id]", "arcade-7"));

        foreach (var reference in new[] { "one", "two" })
        {
            using var visit = await sandbox.Client.Http.GetAsync(
                link.Text("url") + "?client_reference_id=" + reference);
            using var paid = await sandbox.Client.PostPageAsync(
                visit.Headers.Location!.ToString(), ("card", "4242424242424242"));
            Assert.Equal(HttpStatusCode.SeeOther, paid.StatusCode);
        }
        var sessions = await sandbox.Client.GetAsync($"/v1/checkout/sessions?payment_link={link.Id}");
        await sandbox.Client.PostAsync($"/v1/payment_links/{link.Id}", ("active", "false"));
        using var closed = await sandbox.Client.Http.GetAsync(link.Text("url"));

        Assert.Equal(["two", "one"], sessions.Data.Select(one => one.GetProperty("client_reference_id").GetString()));
        Assert.All(sessions.Data, one =>
        {
            Assert.Equal("arcade-7", one.GetProperty("metadata").GetProperty("machine_id").GetString());
            Assert.Equal("paid", one.GetProperty("payment_status").GetString());
        });
        Assert.Equal(HttpStatusCode.Gone, closed.StatusCode);
    }

    [Fact]
    public async Task A_held_checkout_counts_as_paid_once_it_is_captured()
    {
        await using var sandbox = await TestSandbox.StartAsync();
        var session = await sandbox.Client.CreatePaidSessionAsync(
            ("payment_intent_data[capture_method]", "manual"), ("payment_intent_data[metadata][order]", "7"));

        var captured = await sandbox.Client.PostAsync(
            $"/v1/payment_intents/{session.Text("payment_intent")}/capture", ("amount_to_capture", "300"));
        var after = await sandbox.Client.GetAsync($"/v1/checkout/sessions/{session.Id}");

        Assert.Equal(("complete", "unpaid"), (session.Text("status"), session.Text("payment_status")));
        Assert.Equal(300, captured.Number("amount_received"));
        Assert.Equal("7", captured.Json.GetProperty("metadata").GetProperty("order").GetString());
        Assert.Equal("paid", after.Text("payment_status"));
    }
}
