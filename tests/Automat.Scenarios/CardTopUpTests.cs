using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>An app that asks the provider about top-ups often, so that a webhook that never comes is missed soon.</summary>
public sealed class AskingApp : SharedApp
{
    public override async ValueTask InitializeAsync() => await StartAsync(
        ("Automat:CardTopUps:Every", "00:00:00.500"), ("Automat:CardTopUps:Patience", "00:00:00.200"));
}

/// <summary>Credit paid by card on the provider's page.</summary>
[Trait("Accepts", "S2-01")]
public sealed class CardTopUpTests(AskingApp shared) : IClassFixture<AskingApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    public async Task What_was_paid_is_credit_once_however_often_it_is_told()
    {
        var chip = await app.GivenChipAsync(100);
        var (session, id) = await OpenAsync(chip, 2_000);
        var before = await app.CreditAsync(chip);

        await app.Provider.PayAsync(session);
        var paid = await StatusAsync(chip, id, "paid");
        var told = await app.Provider.EventAsync("checkout.session.completed", session);
        using var again = await app.Client.TellAsync(Webhook.Again(told, "evt_" + Guid.CreateVersion7().ToString("N")));
        await app.DealtWithAsync(told.GetProperty("id").GetString()!);

        Assert.Equal((100, 2_100), (before, await app.CreditAsync(chip)));
        Assert.Equal(HttpStatusCode.OK, again.StatusCode);
        Assert.True(paid.GetProperty("ledger_sequence").GetInt64() > 0);
        Assert.Equal(JsonValueKind.Null, paid.GetProperty("url").ValueKind);
        await app.SettledAsync();
    }

    [Fact]
    public async Task A_repeat_gets_the_same_page_and_another_wish_under_its_key_is_refused()
    {
        var chip = await app.GivenChipAsync(0);
        var path = $"/api/v1/chips/{chip.Id}/card-top-ups";
        var key = Guid.CreateVersion7().ToString();

        var first = await app.CallWithKeyAsync(path, new { amount = 500 }, key);
        var again = await app.CallWithKeyAsync(path, new { amount = 500 }, key);
        var other = await app.CallWithKeyAsync(path, new { amount = 600 }, key);
        var without = await app.CallWithKeyAsync(path, new { amount = 500 }, null);
        var nothing = await app.CallWithKeyAsync(path, new { amount = 0 }, Guid.CreateVersion7().ToString());
        var unknown = await app.CallWithKeyAsync($"/api/v1/chips/{Guid.CreateVersion7()}/card-top-ups", new { amount = 500 }, Guid.CreateVersion7().ToString());

        Assert.Equal(HttpStatusCode.Created, first.Status);
        Assert.Equal(first.Body.GetProperty("url").GetString(), again.Body.GetProperty("url").GetString());
        Assert.Equal(first.Body.GetProperty("id").GetGuid(), again.Body.GetProperty("id").GetGuid());
        Assert.Equal("idempotency_key_reused", Code(other.Body));
        Assert.Equal("idempotency_key_missing", Code(without.Body));
        Assert.Equal("amount_invalid", Code(nothing.Body));
        Assert.Equal("chip_unknown", Code(unknown.Body));
    }

    [Fact]
    [Trait("Accepts", "M1")]
    public async Task A_payment_nobody_tells_about_is_asked_for()
    {
        await app.Provider.MisbehaveAsync(new { webhooks = new { drop_all = true } });
        var chip = await app.GivenChipAsync(0);
        var (session, id) = await OpenAsync(chip, 700);

        await app.Provider.PayAsync(session);

        await StatusAsync(chip, id, "paid");
        Assert.Equal(700, await app.CreditAsync(chip));
        await app.Provider.MisbehaveAsync(new { });
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "M4")]
    public async Task A_delayed_payment_is_no_credit_until_it_has_succeeded()
    {
        var chip = await app.GivenChipAsync(0);
        var (good, id) = await OpenAsync(chip, 300);
        var (bad, failed) = await OpenAsync(chip, 400);

        await app.Provider.PayAsync(good, "bank_debit");
        await app.Provider.PayAsync(bad, "bank_debit");
        var unpaid = await app.Provider.EventAsync("checkout.session.completed", good);
        await app.DealtWithAsync(unpaid.GetProperty("id").GetString()!);
        var before = (await app.CreditAsync(chip), (await StatusAsync(chip, id, "open")).GetProperty("status").GetString());
        await app.Provider.ControlAsync($"checkout/sessions/{good}/succeed");
        await app.Provider.ControlAsync($"checkout/sessions/{bad}/fail");

        await StatusAsync(chip, id, "paid");
        Assert.Equal("payment_failed", (await StatusAsync(chip, failed, "closed")).GetProperty("reason").GetString());
        Assert.Equal((0, "open"), before);
        Assert.Equal(300, await app.CreditAsync(chip));
    }

    [Fact]
    public async Task A_page_nobody_pays_is_closed_and_moves_nothing()
    {
        var chip = await app.GivenChipAsync(0);
        var (session, id) = await OpenAsync(chip, 300);
        await app.SetUpAsync($"update card_top_ups set expires_at = now() - interval '1 minute' where id = '{id}'");

        var closed = await StatusAsync(chip, id, "closed");

        Assert.Equal("payment_expired", closed.GetProperty("reason").GetString());
        await Assert.ThrowsAsync<HttpRequestException>(() => app.Provider.PayAsync(session));
        Assert.Equal(0, await app.CreditAsync(chip));
    }

    [Fact]
    public async Task A_top_up_given_back_at_the_provider_takes_the_credit_and_what_was_spent_is_a_loss_that_is_seen()
    {
        var chip = await app.GivenChipAsync(0);
        var (session, id) = await OpenAsync(chip, 500);
        await app.Provider.PayAsync(session);
        await StatusAsync(chip, id, "paid");
        var machine = new TestDevice(app);
        var held = await machine.ReserveAsync("returned", chip.Uid);
        await machine.CommitAsync(held.Text("reservation_id"));
        var left = await app.CreditAsync(chip);
        var losses = (await app.BalancesAsync()).GetValueOrDefault("losses");

        await app.Provider.ControlAsync($"charges/{await app.Provider.ChargeOfAsync(session)}/refund");

        await TestApp.EventuallyAsync(() => app.CreditAsync(chip), credit => credit == 0);
        Assert.True(left is > 0 and < 500);
        Assert.Equal(losses - (500 - left), (await app.BalancesAsync()).GetValueOrDefault("losses"));
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task A_chip_that_was_replaced_while_its_page_was_open_loses_nothing()
    {
        var chip = await app.GivenChipAsync(0);
        var (session, id) = await OpenAsync(chip, 800);
        var next = await app.CallWithKeyAsync($"/api/v1/chips/{chip.Id}/replacement", new { uid = Convert.ToHexString(RandomNumberGenerator.GetBytes(7)) }, "replace-" + id);
        var refused = await app.CallWithKeyAsync($"/api/v1/chips/{chip.Id}/card-top-ups", new { amount = 100 }, "late-" + id);

        await app.Provider.PayAsync(session);

        await StatusAsync(chip, id, "paid");
        Assert.Equal("chip_retired", Code(refused.Body));
        var account = $"chip:{next.Body.GetProperty("id").GetGuid()}";
        // The old chip hands on what comes to it; where it is at this moment is a matter of seconds.
        Assert.Equal(800, await app.CreditAsync(chip) + (await app.BalancesAsync()).GetValueOrDefault(account));
    }

    [Fact]
    public async Task The_holder_sees_at_once_that_it_is_paid_and_the_desk_shows_what_to_scan()
    {
        var chip = await app.GivenChipAsync(0);
        using var desk = new Visitor(app);
        await desk.SignInAsync(Staff.Operator, TestApp.Password);
        var page = $"/panel/chips/{chip.Id}/card-top-ups";

        var wrong = await desk.SendAsync(page, page, ("key", Guid.CreateVersion7().ToString()), ("amount", "12.345"));
        var sent = await desk.SendAsync(page, page, ("key", Guid.CreateVersion7().ToString()), ("amount", "12,50"));
        var shown = await desk.OpenAsync(sent.Location!);
        var session = await app.QueryAsync(db => db.Database.SqlQuery<string>(
            $"select session_id as \"Value\" from card_top_ups where chip_id = {chip.Id}").SingleAsync());
        using var holder = new Visitor(app);
        var open = await holder.OpenAsync($"/top-ups/{session}");
        await app.Provider.PayAsync(session);
        var paid = await holder.OpenAsync($"/top-ups/{session}");
        var left = await holder.OpenAsync("/top-ups/cancelled");
        var strange = await holder.OpenAsync("/top-ups/cs_test_nobody");
        var done = await desk.OpenAsync(sent.Location!);

        Assert.Equal(422, wrong.Status);
        Assert.Contains("Write an amount above zero", wrong.Text, StringComparison.Ordinal);
        Assert.Contains("data:image/png;base64,", shown.Text, StringComparison.Ordinal);
        Assert.Contains("on its way", open.Text, StringComparison.Ordinal);
        Assert.Contains("€12.50 is on your chip", paid.Text, StringComparison.Ordinal);
        Assert.Contains("Nothing was charged", left.Text, StringComparison.Ordinal);
        Assert.Equal(404, strange.Status);
        Assert.Contains("the credit is on the chip", done.Text, StringComparison.Ordinal);
        Assert.Equal(1_250, await app.CreditAsync(chip));
    }

    private static string? Code(JsonElement answer) => answer.GetProperty("code").GetString();

    private async Task<(string Session, Guid Id)> OpenAsync(TestChip chip, long amount)
    {
        var (status, opened) = await app.CallWithKeyAsync($"/api/v1/chips/{chip.Id}/card-top-ups", new { amount }, Guid.CreateVersion7().ToString());
        Assert.Equal(HttpStatusCode.Created, status);
        return (Provider.SessionIn(new Uri(opened.GetProperty("url").GetString()!)), opened.GetProperty("id").GetGuid());
    }

    private Task<JsonElement> StatusAsync(TestChip chip, Guid id, string status) => TestApp.EventuallyAsync(
        async () => (await app.CallAsync(HttpMethod.Get, $"/api/v1/chips/{chip.Id}/card-top-ups/{id}")).Body,
        answer => answer.GetProperty("status").GetString() == status);
}
