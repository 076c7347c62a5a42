using Automat.Domain.Vends;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>Money that comes later, never, twice, for nothing known, or goes back behind our back.</summary>
public sealed class PaymentTests
{
    [Fact]
    [Trait("Accepts", "M3")]
    [Trait("Accepts", "M4")]
    [Trait("Accepts", "E4")]
    [Trait("Accepts", "A4")]
    public async Task A_delayed_payment_delivers_nothing_until_it_has_succeeded()
    {
        await using var app = await TestApp.StartAsync();
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        var session = await app.Buyer.OpenAsync(quantity: 2);

        await app.Provider.PayAsync(session, "bank_debit");
        var unpaid = await app.Provider.EventAsync("checkout.session.completed", session);
        await app.DealtWithAsync(unpaid.GetProperty("id").GetString()!);
        var before = (await app.VendOfAsync(session), cabinet.Memory.Pulses.Count);
        await app.Provider.ControlAsync($"checkout/sessions/{session}/succeed");

        Assert.Equal("unpaid", unpaid.GetProperty("data").GetProperty("object").GetProperty("payment_status").GetString());
        Assert.Equal((null, 0), before);
        await app.VendAsync(session, VendStatus.Committed);
        Assert.Equal(2, Assert.Single(cabinet.Memory.Pulses).Credits);
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "M4")]
    public async Task A_delayed_payment_that_fails_gives_the_goods_to_others_again()
    {
        await using var app = await TestApp.StartAsync();
        using var robot = await TestRobot.ConnectAsync(app);
        await app.SetUpAsync("update slots set stock = 1 where machine_id = 'robot-1' and code = 'A1'");
        var session = await app.Buyer.OpenCartAsync("""{"1":1}""");
        await app.Provider.PayAsync(session, "bank_debit");
        var unpaid = await app.Provider.EventAsync("checkout.session.completed", session);
        await app.DealtWithAsync(unpaid.GetProperty("id").GetString()!);
        var held = await CandyAsync(app);

        await app.Provider.ControlAsync($"checkout/sessions/{session}/fail");

        Assert.Equal((1, 1), held);
        await TestApp.EventuallyAsync(() => CandyAsync(app), left => left == (1, 0));
        Assert.Null(await app.VendOfAsync(session));
        await robot.ExpectSilenceAsync(TimeSpan.FromSeconds(1));
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "M5")]
    [Trait("Accepts", "V8")]
    [Trait("Accepts", "S0-13")]
    public async Task The_last_piece_is_promised_to_one_customer_and_refused_to_the_next_before_paying()
    {
        await using var app = await TestApp.StartAsync();
        using var robot = await TestRobot.ConnectAsync(app);
        await app.SetUpAsync("update slots set stock = 1 where machine_id = 'robot-1' and code = 'A1'");

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(async _ =>
        {
            using var answer = await app.Buyer.CartAsync("""{"1":1,"2":0}""");
            return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
        }));

        Assert.Single(answers, a => a.Item1 == 200);
        Assert.Equal(7, answers.Count(a => a.Item1 == 400));
        Assert.Equal((1, 1), await CandyAsync(app));
    }

    [Fact]
    [Trait("Accepts", "M5")]
    [Trait("Accepts", "E5")]
    public async Task A_payment_that_comes_after_its_promise_ended_and_all_is_sold_goes_back_by_itself()
    {
        await using var app = await TestApp.StartAsync();
        await app.SetMachineAsync("robot-1", """{"serve_seconds":1}""");
        using var robot = await TestRobot.ConnectAsync(app);
        await app.SetUpAsync("update slots set stock = 1 where machine_id = 'robot-1' and code = 'A1'");
        var slow = await app.Buyer.OpenCartAsync("""{"1":1}""");
        await EndPromiseAsync(app, slow);
        var quick = await app.Buyer.OpenCartAsync("""{"1":1}""");
        await app.Provider.PayAsync(quick);
        await app.VendAsync(quick, VendStatus.Committed);

        await app.Provider.PayAsync(slow);

        var refused = await app.VendAsync(slow, VendStatus.Cancelled);
        Assert.Equal("sold_out", refused.Reason);
        Assert.Equal(150, (await app.PaidBackAsync(refused)).Amount);
        await robot.ReadAsync();
        await robot.ExpectSilenceAsync(TimeSpan.FromSeconds(1));
        Assert.Equal((0, 0), await CandyAsync(app));
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "M11")]
    [Trait("Accepts", "E1")]
    public async Task A_payment_of_ours_is_served_although_its_event_has_lost_all_metadata()
    {
        await using var app = await TestApp.StartAsync();
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        await app.Provider.MisbehaveAsync(new { webhooks = new { strip_metadata = true } });

        var session = await app.Buyer.OpenAsync();
        await app.Provider.PayAsync(session);

        await app.VendAsync(session, VendStatus.Committed);
        Assert.Single(cabinet.Memory.Pulses);
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "M11")]
    public async Task A_payment_that_belongs_to_nothing_of_ours_is_kept_and_shown_and_delivers_nothing()
    {
        await using var app = await TestApp.StartAsync();
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);

        var session = await app.Provider.NewSessionAsync(300, machine: null);
        await app.Provider.PayAsync(session);
        var told = await app.Provider.EventAsync("checkout.session.completed", session);
        var status = await app.DealtWithAsync(told.GetProperty("id").GetString()!);

        Assert.Equal(InboxStatus.Unmatched, status);
        Assert.Contains("\"unmatched\":1", await app.StaffAsync(HttpMethod.Get, "/health"), StringComparison.Ordinal);
        Assert.Null(await app.VendOfAsync(session));
        Assert.Empty(cabinet.Memory.Pulses);
        await app.VerifyBooksAsync();
    }

    [Fact]
    public async Task A_refund_made_by_hand_at_the_provider_is_followed_by_the_books()
    {
        await using var app = await TestApp.StartAsync();
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        var session = await app.Buyer.OpenAsync(quantity: 5);
        await app.Provider.PayAsync(session);
        await app.VendAsync(session, VendStatus.Committed);
        var charge = await app.Provider.ChargeOfAsync(session);

        await app.Provider.ControlAsync($"charges/{charge}/refund", new { amount = 200 });
        await app.VendAsync(session, VendStatus.PartlyRefunded);
        await app.SettledAsync();
        await app.Provider.ControlAsync($"charges/{charge}/refund");

        var vend = await app.VendAsync(session, VendStatus.Refunded);
        Assert.Equal(500, vend.Refunded);
        await app.SettledAsync();
        var balances = await Reckoning.BalancesAsync(app.Database);
        Assert.Equal(0, balances[("revenue:cab001", "EUR")]);
    }

    [Fact]
    public async Task A_refund_made_by_hand_before_delivery_calls_the_delivery_off()
    {
        await using var app = await TestApp.StartAsync();
        var session = await app.Provider.NewSessionAsync(200);
        await app.Provider.PayAsync(session);
        await app.VendAsync(session, VendStatus.Reserved);

        await app.Provider.ControlAsync($"charges/{await app.Provider.ChargeOfAsync(session)}/refund");
        await app.VendAsync(session, VendStatus.Cancelled);
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        var next = await app.Provider.NewSessionAsync(100);
        await app.Provider.PayAsync(next);

        await app.VendAsync(next, VendStatus.Committed);
        Assert.Equal(1, Assert.Single(cabinet.Memory.Pulses).Credits);
        await app.SettledAsync();
    }

    [Theory]
    [InlineData("win", 0, 0)]
    [InlineData("lose", 0, -300)]
    public async Task A_dispute_moves_the_money_in_the_books_as_at_the_bank(string decision, long disputed, long losses)
    {
        await using var app = await TestApp.StartAsync();
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        var session = await app.Provider.NewSessionAsync(300);
        await app.Provider.PayAsync(session);
        await app.VendAsync(session, VendStatus.Committed);

        var dispute = await app.Provider.ControlAsync($"charges/{await app.Provider.ChargeOfAsync(session)}/dispute");
        await TestApp.EventuallyAsync(
            () => Reckoning.BalancesAsync(app.Database), b => b.GetValueOrDefault(("disputed", "EUR")) == -300);
        await app.SettledAsync();
        await app.Provider.ControlAsync($"disputes/{dispute.GetProperty("id").GetString()}/{decision}");

        var after = await TestApp.EventuallyAsync(
            () => Reckoning.BalancesAsync(app.Database), b => b.GetValueOrDefault(("disputed", "EUR")) == disputed);
        Assert.Equal(losses, after.GetValueOrDefault(("losses", "EUR")));
        await app.SettledAsync();
    }

    [Theory]
    [InlineData("lose_answer_next")]
    [InlineData("fail_next")]
    public async Task A_refund_whose_answer_was_lost_is_made_once(string fault)
    {
        await using var app = await TestApp.StartAsync();
        await app.Provider.MisbehaveAsync(new
        {
            api = new Dictionary<string, object>(StringComparer.Ordinal) { [fault] = 2, ["only"] = "POST /v1/refunds" },
        });

        var session = await app.Provider.NewSessionAsync(50);
        await app.Provider.PayAsync(session);

        await app.PaidBackAsync(await app.VendAsync(session, VendStatus.Cancelled));
        Assert.Single((await app.Provider.StateAsync()).GetProperty("refunds").EnumerateArray());
        await app.SettledAsync();
    }

    /// <summary>An early "expired" from the provider: the page is still open there, the promise here is over.</summary>
    private static async Task EndPromiseAsync(TestApp app, string session)
    {
        var page = (await app.Provider.StateAsync()).GetProperty("checkout_sessions").EnumerateArray()
            .Single(s => s.GetProperty("id").GetString() == session);
        var expired = System.Text.Json.Nodes.JsonNode.Parse(page.GetRawText())!;
        expired["status"] = "expired";
        var told = new System.Text.Json.Nodes.JsonObject
        {
            ["id"] = "evt_early",
            ["object"] = "event",
            ["type"] = "checkout.session.expired",
            ["created"] = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds(),
            ["livemode"] = false,
            ["data"] = new System.Text.Json.Nodes.JsonObject { ["object"] = expired },
        };
        using var answer = await app.Client.TellAsync(told.ToJsonString());
        await app.DealtWithAsync("evt_early");
    }

    private static Task<(int Stock, int Reserved)> CandyAsync(TestApp app) => app.QueryAsync(async db =>
    {
        var robot = Domain.MachineId.Parse("robot-1");
        var slot = await db.Set<Slot>().AsNoTracking().SingleAsync(s => s.MachineId == robot && s.Code == "A1");
        return (slot.Stock, slot.Reserved);
    });
}
