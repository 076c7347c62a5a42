using System.Net;
using Automat.Domain.Vends;
using Automat.Server.Payments;
using Automat.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>The provider tells us twice, late, unsigned, while the database is gone: each payment is served once.</summary>
public sealed class WebhookTests
{
    [Fact]
    [Trait("Accepts", "M1")]
    [Trait("Accepts", "V5")]
    public async Task A_webhook_told_while_the_database_is_gone_is_refused_and_told_again_and_served_once()
    {
        await using var app = await TestApp.StartAsync();
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        var session = await app.Buyer.OpenAsync(quantity: 2);
        await app.Provider.ControlAsync("webhooks/pause");
        await app.Provider.PayAsync(session);
        var told = await app.Provider.EventAsync("checkout.session.completed", session);

        await app.Database.CutOffAsync();
        using var refused = await app.Client.TellAsync(told.GetRawText());
        await app.Database.LetInAsync();
        await app.Provider.ControlAsync("webhooks/resume");

        Assert.InRange((int)refused.StatusCode, 500, 599);
        await app.VendAsync(session, VendStatus.Committed);
        Assert.Equal(2, Assert.Single(cabinet.Memory.Pulses).Credits);
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "M1")]
    public async Task A_webhook_is_not_answered_before_it_is_stored()
    {
        await using var app = await TestApp.StartAsync();
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        var session = await app.Buyer.OpenAsync();
        await app.Provider.ControlAsync("webhooks/pause");
        await app.Provider.PayAsync(session);
        var told = await app.Provider.EventAsync("checkout.session.completed", session);
        await using var busy = await app.Database.SuperuserConnectionAsync();
        await using var transaction = await busy.BeginTransactionAsync();
        await using var hold = busy.CreateCommand();
        hold.CommandText = "select * from ledger_heads for update";
        await hold.ExecuteNonQueryAsync();

        var answering = app.Client.TellAsync(told.GetRawText());
        var early = await Task.WhenAny(answering, Task.Delay(TimeSpan.FromMilliseconds(500))) == answering;
        await transaction.RollbackAsync();
        using var answer = await answering;

        Assert.False(early, "It was answered while nothing could be stored.");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await app.VendAsync(session, VendStatus.Committed);
        Assert.Single(cabinet.Memory.Pulses);
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "M1")]
    public async Task Events_whose_handling_met_a_lost_database_leave_nobody_idle_afterwards()
    {
        await using var app = await TestApp.StartAsync();
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        var session = await app.Buyer.OpenAsync();
        await app.Provider.ControlAsync("webhooks/pause");
        await app.Provider.PayAsync(session);
        var told = await app.Provider.EventAsync("checkout.session.completed", session);
        await using (var busy = await app.Database.SuperuserConnectionAsync())
        {
            await using var hold = busy.CreateCommand();
            hold.CommandText = "begin; lock table purchases in access exclusive mode";
            await hold.ExecuteNonQueryAsync();
            foreach (var copy in Enumerable.Range(0, 32))
            {
                using var stored = await app.Client.TellAsync(Webhook.Again(told, $"evt_copy_{copy}"));
                Assert.Equal(HttpStatusCode.OK, stored.StatusCode);
            }

            await app.Database.CutOffAsync();
        }

        var inbox = app.Services.GetRequiredService<Inbox>();
        await TestApp.EventuallyAsync(() => Task.FromResult(inbox.Fresh.Count), waiting => waiting == 0);
        await app.Database.LetInAsync();

        await app.VendAsync(session, VendStatus.Committed);
        Assert.Single(cabinet.Memory.Pulses);
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "M2")]
    [Trait("Accepts", "E3")]
    [Trait("Accepts", "A1")]
    [Trait("Accepts", "S0-12")]
    public async Task The_same_payment_told_64_times_at_once_on_every_route_is_one_sale_and_one_pulse()
    {
        await using var app = await TestApp.StartAsync();
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        var session = await app.Buyer.OpenAsync(quantity: 5);
        await app.Provider.ControlAsync("webhooks/pause");
        await app.Provider.PayAsync(session);
        var told = await app.Provider.EventAsync("checkout.session.completed", session);

        var answers = await Task.WhenAll(Enumerable.Range(0, 64).Select(async i =>
        {
            // Some are the very same event, some tell the same payment in an event of their own.
            var body = i % 4 == 3 ? Webhook.Again(told, $"evt_other_{i}") : told.GetRawText();
            using var answer = await app.Client.TellAsync(body, Webhook.Routes[i % Webhook.Routes.Count]);
            return answer.StatusCode;
        }));
        await app.Provider.ControlAsync("webhooks/resume");

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        await app.VendAsync(session, VendStatus.Committed);
        await app.Provider.ControlAsync("webhooks/deliver");
        await app.SettledAsync();
        Assert.Equal(5, Assert.Single(cabinet.Memory.Pulses).Credits);
    }

    [Fact]
    [Trait("Accepts", "M2")]
    public async Task Duplicated_and_reordered_events_change_nothing()
    {
        await using var app = await TestApp.StartAsync();
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        await app.Provider.MisbehaveAsync(new { webhooks = new { duplicate = 3, reorder = 4 } });

        var session = await app.Buyer.OpenAsync();
        await app.Provider.PayAsync(session);

        await app.VendAsync(session, VendStatus.Committed);
        await app.Provider.ControlAsync("webhooks/deliver");
        await app.SettledAsync();
        Assert.Single(cabinet.Memory.Pulses);
    }

    [Fact]
    [Trait("Accepts", "M13")]
    [Trait("Accepts", "V7")]
    public async Task An_old_event_told_again_after_delivery_and_a_restart_delivers_nothing()
    {
        await using var app = await TestApp.StartAsync();
        string session;
        var memory = new CabinetMemory();
        await using (var cabinet = await Cabinet.ConnectAsync(app.MqttPort, memory: memory))
        {
            session = await app.Buyer.OpenAsync();
            await app.Provider.PayAsync(session);
            await app.VendAsync(session, VendStatus.Committed);
        }

        await app.RestartAsync();
        await using var back = await Cabinet.ConnectAsync(app.MqttPort, memory: memory);
        var old = await app.Provider.EventAsync("checkout.session.completed", session);
        await app.Provider.ControlAsync($"events/{old.GetProperty("id").GetString()}/resend");
        using var other = await app.Client.TellAsync(
            Webhook.Again(old, "evt_same_payment", "checkout.session.async_payment_succeeded"));
        await app.DealtWithAsync("evt_same_payment");
        await app.Provider.ControlAsync("webhooks/deliver");

        Assert.Single(memory.Pulses);
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "M13")]
    [Trait("Accepts", "S0-11")]
    [Trait("Accepts", "S4-03")]
    [Trait("Accepts", "S3-11")]
    public async Task A_signature_that_is_missing_wrong_or_old_is_refused_on_every_route()
    {
        await using var app = await TestApp.StartAsync();
        await app.Provider.ControlAsync("webhooks/pause");
        var session = await app.Provider.NewSessionAsync(100);
        await app.Provider.PayAsync(session);
        var body = (await app.Provider.EventAsync("checkout.session.completed", session)).GetRawText();
        var now = TimeProvider.System.GetUtcNow();
        string[] signatures =
        [
            "", "t=1,v1=00", Webhook.Sign(body, "whsec_of_somebody_else"), Webhook.Sign(body + " ", TestApp.WebhookSecret),
            Webhook.Sign(body, TestApp.WebhookSecret, now.AddSeconds(-310)),
        ];

        foreach (var route in Webhook.Routes)
        {
            foreach (var signature in signatures)
            {
                using var answer = await app.Client.TellAsync(body, route, signature);
                Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
                Assert.Contains("Invalid signature", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
            }
        }

        Assert.Null(await app.VendOfAsync(session));
    }
}
