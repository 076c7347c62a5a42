using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.Vends;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>A fridge: money is held, the door opens, and exactly what was taken is charged.</summary>
public sealed class FridgeTests(FridgeApp fridge) : IClassFixture<FridgeApp>
{
    private static readonly BasketItem Cheap = new("A1", 1);
    private static readonly BasketItem Dear = new("B2", 1);

    private TestApp App => fridge.App;

    [Fact]
    [Trait("Accepts", "S1-14")]
    [Trait("Accepts", "S1-05")]
    public async Task Exactly_the_basket_is_captured_and_the_rest_of_the_hold_released()
    {
        var page = await fridge.PageAsync($"/m/{FridgeApp.Fridge}");
        var vend = await fridge.OpenAsync();
        var command = App.Hand.Given.Last(c => c.VendId == vend.Id);
        var open = await fridge.PageAsync(vend);

        var settled = await fridge.CloseAsync(vend, Cheap, Dear);

        Assert.Contains("a hold, not a charge", page, StringComparison.Ordinal);
        Assert.Equal("unlock", command.Kind);
        Assert.Contains("The door is open", open, StringComparison.Ordinal);
        Assert.Equal((VendStatus.Committed, 850, 850, 0), (settled.Status, settled.Total, settled.Captured, settled.Owed));
        await fridge.HoldAsync(vend, HoldStatus.Captured);
        var intent = await fridge.IntentAsync(vend);
        Assert.Equal((850, "succeeded"), (intent.GetProperty("amount_received").GetInt64(), intent.GetProperty("status").GetString()));
        var receipt = await fridge.PageAsync($"/receipts/{vend.Session}");
        Assert.Contains("€8.50", receipt, StringComparison.Ordinal);
        Assert.Contains("You paid €8.50", await fridge.PageAsync(vend), StringComparison.Ordinal);
        await fridge.AgreeAsync();
    }

    [Fact]
    [Trait("Accepts", "S1-14")]
    public async Task Nothing_taken_is_nothing_charged()
    {
        var vend = await fridge.OpenAsync();

        var settled = await fridge.CloseAsync(vend, new BasketItem("A1", 0));

        Assert.Equal((VendStatus.Cancelled, 0L), (settled.Status, settled.Total));
        await fridge.HoldAsync(vend, HoldStatus.Released);
        Assert.Equal("canceled", (await fridge.IntentAsync(vend)).GetProperty("status").GetString());
        Assert.Contains("Nothing charged", await fridge.PageAsync(vend), StringComparison.Ordinal);
        await fridge.AgreeAsync();
    }

    [Fact]
    [Trait("Accepts", "S1-14")]
    public async Task The_basket_shows_while_the_door_is_open_and_moves_no_money()
    {
        var vend = await fridge.OpenAsync();
        var baskets = App.Services.GetRequiredService<BasketSettlement>();

        await baskets.PreviewAsync(vend.Id, [Cheap, Dear], default);
        var both = await fridge.PageAsync(vend);
        await baskets.PreviewAsync(vend.Id, [Cheap], default);
        var one = await fridge.PageAsync(vend);

        Assert.Contains("€8.50", both, StringComparison.Ordinal);
        Assert.Contains("€1.50", one, StringComparison.Ordinal);
        await fridge.HoldAsync(vend, HoldStatus.Held);
        Assert.Equal(VendStatus.Delivering, (await App.VendOfAsync(vend.Session!))!.Status);
        await fridge.CloseAsync(vend);
    }

    [Fact]
    public async Task A_basket_told_twice_counts_once_and_another_one_afterwards_changes_nothing()
    {
        var vend = await fridge.OpenAsync();

        var first = await fridge.CloseAsync(vend, Cheap);
        var again = await fridge.CloseAsync(vend, Cheap);
        var other = await fridge.CloseAsync(vend, Dear);
        var none = await fridge.CloseAsync(vend);

        Assert.Equal(first with { Lines = [] }, again with { Lines = [] });
        Assert.Equal((VendStatus.Committed, 150L), (other.Status, other.Total));
        Assert.Equal((VendStatus.Committed, 150L), (none.Status, none.Total));
        await fridge.HoldAsync(vend, HoldStatus.Captured);
        await fridge.AgreeAsync();
    }

    [Fact]
    public async Task What_was_never_offered_is_refused_and_the_sale_stays_open()
    {
        var vend = await fridge.OpenAsync();

        var unknown = await Assert.ThrowsAsync<RuleException>(() => fridge.CloseAsync(vend, new BasketItem("Z9", 1)));
        var negative = await Assert.ThrowsAsync<RuleException>(() => fridge.CloseAsync(vend, new BasketItem("A1", -1)));

        Assert.Equal(("slot_unknown", "quantity_invalid"), (unknown.Code, negative.Code));
        Assert.Equal(VendStatus.Delivering, (await App.VendOfAsync(vend.Session!))!.Status);
        await fridge.CloseAsync(vend);
    }

    [Fact]
    public async Task Prices_are_those_of_the_moment_the_customer_agreed()
    {
        await fridge.GivenDoorAsync("door-prices");
        var vend = await fridge.OpenAsync("door-prices");
        await App.SetUpAsync("update slots set price = 999 where machine_id = 'door-prices' and code = 'A1'");

        var settled = await fridge.CloseAsync(vend, Cheap with { Quantity = 2 });

        Assert.Equal(300, settled.Total);
    }

    [Fact]
    [Trait("Accepts", "M9")]
    public async Task Beyond_the_hold_the_difference_is_charged_to_the_saved_card()
    {
        var vend = await fridge.OpenAsync();

        var settled = await fridge.CloseAsync(vend, Dear with { Quantity = 2 });

        Assert.Equal((1_400, 1_000, 400), (settled.Total, settled.Captured, settled.Owed));
        var debt = await fridge.DebtAsync(vend, d => d.Status is DebtStatus.Paid);
        Assert.Equal(("above_hold", 400), (debt.Reason, debt.Amount));
        await fridge.HoldAsync(vend, HoldStatus.Captured);
        Assert.Contains("You paid €14.00", await fridge.PageAsync(vend), StringComparison.Ordinal);
        await fridge.AgreeAsync();
    }

    [Fact]
    [Trait("Accepts", "M9")]
    public async Task What_the_card_does_not_pay_stays_owed_and_shuts_the_door_until_it_is_paid()
    {
        var vend = await fridge.OpenAsync(card: FridgeApp.AskingCard);
        await fridge.CloseAsync(vend, Dear with { Quantity = 2 });
        var declined = await fridge.DebtAsync(vend, d => d.Round > 0);
        var page = await fridge.PageAsync(vend);

        var session = await App.Buyer.OpenAsync(FridgeApp.Fridge);
        await App.Provider.ControlAsync(
            $"checkout/sessions/{session}/pay", new { email = "other@customers.example", method = "card", card = FridgeApp.AskingCard });
        var refused = await App.VendAsync(session, VendStatus.Cancelled);

        Assert.Equal(("authentication_required", DebtStatus.Owed), (declined.Error, declined.Status));
        Assert.Contains("Still to be paid: €4.00", page, StringComparison.Ordinal);
        Assert.Equal("debt_open", refused.Reason);
        await fridge.HoldAsync(refused, HoldStatus.Released);
        Assert.DoesNotContain(App.Hand.Given, c => c.VendId == refused.Id);
        var shut = await fridge.PageAsync(refused);
        Assert.Contains("Something from an earlier visit is not paid yet", shut, StringComparison.Ordinal);

        using var leads = await App.Client.GetAsync(new Uri($"/vends/{session}/debt", UriKind.Relative));
        await App.Provider.PayAsync(Provider.SessionIn(leads.Headers.Location!));
        await fridge.DebtAsync(vend, d => d.Status is DebtStatus.Paid);
        var free = await fridge.OpenAsync(card: FridgeApp.AskingCard);
        await fridge.CloseAsync(free, Cheap);
        await fridge.HoldAsync(free, HoldStatus.Captured);
        await fridge.AgreeAsync();
    }

    [Fact]
    [Trait("Accepts", "M10")]
    [Trait("Accepts", "M15")]
    public async Task Goods_taken_after_the_sale_was_called_off_are_still_paid_for()
    {
        var vend = await fridge.OpenAsync();
        await fridge.CloseAsync(vend);
        await fridge.HoldAsync(vend, HoldStatus.Released);

        var settled = await fridge.CloseAsync(vend, Cheap);

        Assert.Equal((VendStatus.Committed, 150, 0, 150), (settled.Status, settled.Total, settled.Captured, settled.Owed));
        var debt = await fridge.DebtAsync(vend, d => d.Status is DebtStatus.Paid);
        Assert.Equal("hold_over", debt.Reason);
        Assert.True((await App.VendOfAsync(vend.Session!))!.Late);
        await fridge.AgreeAsync();
    }

    [Fact]
    [Trait("Accepts", "M15")]
    public async Task A_doubt_is_settled_by_the_basket_that_comes_late()
    {
        var vend = await fridge.OpenAsync();
        var baskets = App.Services.GetRequiredService<BasketSettlement>();

        var doubt = await baskets.ReportUnknownAsync(vend.Id, "power_lost", default);
        var page = await fridge.PageAsync(vend);
        var settled = await fridge.CloseAsync(vend, Cheap);

        Assert.Equal(VendStatus.Unknown, doubt);
        Assert.Contains("stay held on your card, not charged", page, StringComparison.Ordinal);
        Assert.Equal((VendStatus.Committed, 150L), (settled.Status, settled.Captured));
        Assert.Equal(VendStatus.Committed, await baskets.ReportUnknownAsync(vend.Id, "silence", default));
        await fridge.HoldAsync(vend, HoldStatus.Captured);
        await fridge.AgreeAsync();
    }

    [Fact]
    [Trait("Accepts", "M9")]
    public async Task A_hold_the_bank_let_go_is_a_debt_and_never_silent()
    {
        var vend = await fridge.OpenAsync();
        await App.Provider.ControlAsync($"payment_intents/{vend.Intent}/lapse");
        await fridge.HoldAsync(vend, HoldStatus.Lost);

        var settled = await fridge.CloseAsync(vend, Cheap);

        Assert.Equal((VendStatus.Committed, 0, 150), (settled.Status, settled.Captured, settled.Owed));
        await fridge.DebtAsync(vend, d => d.Status is DebtStatus.Paid);
        await fridge.AgreeAsync();
    }

    [Fact]
    [Trait("Accepts", "M12")]
    public async Task What_was_captured_by_hand_at_the_provider_is_booked_and_what_is_too_much_goes_back()
    {
        var taken = await fridge.OpenAsync();
        var left = await fridge.OpenAsync();
        foreach (var vend in new[] { taken, left })
        {
            await App.Provider.CallAsync($"/v1/payment_intents/{vend.Intent}/capture", ("amount_to_capture", "1000"));
            await fridge.HoldAsync(vend, HoldStatus.Captured);
        }

        await fridge.CloseAsync(taken, Cheap);
        await fridge.CloseAsync(left);

        Assert.Equal(850, (await App.PaidBackAsync(taken)).Amount);
        Assert.Equal(1_000, (await App.PaidBackAsync(left)).Amount);
        await fridge.AgreeAsync();
    }

    [Fact]
    public async Task Every_event_told_again_and_in_any_order_changes_nothing()
    {
        var vend = await fridge.OpenAsync();
        await fridge.CloseAsync(vend, Cheap);
        await fridge.HoldAsync(vend, HoldStatus.Captured);
        var before = await App.BalancesAsync();
        var told = (await App.Provider.StateAsync()).GetProperty("events").EnumerateArray().Where(e =>
            e.GetRawText().Contains(vend.Intent!, StringComparison.Ordinal)).Reverse().ToList();

        foreach (var (happened, at) in told.Select((e, at) => (e, at)))
        {
            using var answer = await App.Client.TellAsync(Webhook.Again(happened, $"evt_again_{vend.Id}_{at}"));
            Assert.True(answer.IsSuccessStatusCode);
            await App.DealtWithAsync($"evt_again_{vend.Id}_{at}");
        }

        Assert.True(told.Count >= 4);
        Assert.Equal(150, (await App.VendOfAsync(vend.Session!))!.Delivered);
        Assert.Equal(before["stripe"], (await App.BalancesAsync())["stripe"]);
        await fridge.AgreeAsync();
    }

    [Fact]
    [Trait("Accepts", "S1-14")]
    public async Task A_phone_that_was_asked_to_remembers_the_card_and_the_form_sent_twice_is_one_visit()
    {
        using var visitor = new Visitor(App);
        const string page = $"/m/{FridgeApp.Fridge}";
        var sent = await visitor.SendAsync(page, $"{page}/checkout", ("keep", "yes"));
        var first = Provider.SessionIn(new Uri(sent.Location!));
        await App.Provider.PayAsync(first);
        await fridge.CloseAsync(await App.VendAsync(first, VendStatus.Delivering), Cheap);
        var wish = System.Text.RegularExpressions.Regex.Match(
            (await visitor.OpenAsync(page)).Text, "name=\"wish\" value=\"([^\"]+)\"").Groups[1].Value;

        var opened = await visitor.SendAsync(page, $"{page}/checkout", ("card", "kept"), ("wish", wish));
        var again = await visitor.SendAsync(page, $"{page}/checkout", ("card", "kept"), ("wish", wish));
        var other = await App.Client.GetStringAsync(new Uri(page, UriKind.Relative));

        Assert.Equal((303, $"/vends/{wish}"), (opened.Status, opened.Location));
        Assert.Equal(opened.Location, again.Location);
        Assert.DoesNotContain("name=\"wish\"", other, StringComparison.Ordinal);
        var hash = Selling.HashOf(wish);
        var bought = await App.QueryAsync(db => db.Set<Purchase>().AsNoTracking().SingleAsync(p => p.TokenHash == hash));
        var vend = (await TestApp.EventuallyAsync(
            () => App.QueryAsync(db => db.Set<Vend>().AsNoTracking().SingleAsync(v => v.Id == bought.VendId)),
            v => v.Status is VendStatus.Delivering))!;
        await fridge.CloseAsync(vend, Cheap);
        await fridge.HoldAsync(vend, HoldStatus.Captured);
        Assert.Contains("You paid €1.50", await fridge.PageAsync($"/vends/{wish}"), StringComparison.Ordinal);
        await fridge.AgreeAsync();
    }

    [Theory]
    [Trait("Accepts", "M10")]
    [InlineData("RefundCustomer", true, VendStatus.Cancelled, 0)]
    [InlineData("AssumeDelivered", true, VendStatus.Committed, 150)]
    [InlineData("AssumeDelivered", false, VendStatus.Cancelled, 0)]
    public async Task Silence_ends_as_the_machines_owner_wants_and_a_later_basket_still_counts(
        string policy, bool seen, VendStatus status, long captured)
    {
        var machine = $"door-{policy}-{seen}";
        await fridge.GivenDoorAsync(machine);
        await App.SetUpAsync($"update machines set silence_policy = '{policy}' where id = '{machine}'");
        App.Services.GetRequiredService<MachineChanges>().Tell(MachineId.Parse(machine));
        var vend = await fridge.OpenAsync(machine);
        var baskets = App.Services.GetRequiredService<BasketSettlement>();
        if (seen) await baskets.PreviewAsync(vend.Id, [Cheap], default);

        App.Hand.Patience = TimeSpan.Zero;
        await baskets.ReportUnknownAsync(vend.Id, "silent", default);
        await App.VendAsync(vend.Session!, status);
        App.Hand.Patience = TimeSpan.FromMinutes(5);

        var hold = await fridge.HoldAsync(vend, status is VendStatus.Committed ? HoldStatus.Captured : HoldStatus.Released);
        Assert.Equal(captured, hold.Received);
        var late = await fridge.CloseAsync(vend, Dear);
        Assert.Equal((VendStatus.Committed, captured > 0 ? 150 : 700), (late.Status, late.Total));
        if (captured == 0) await fridge.DebtAsync(vend, d => d.Status is DebtStatus.Paid);
        await fridge.AgreeAsync();
    }

    [Fact]
    [Trait("Accepts", "M8")]
    public async Task A_door_that_cannot_be_opened_gives_the_hold_back()
    {
        await fridge.GivenDoorAsync("door-gone");
        var session = await App.Buyer.OpenAsync("door-gone");
        App.Hand.Wait();
        App.Hand.Answer(DeliveryOutcome.Refused, "door_faulted");
        await App.Provider.PayAsync(session);

        var vend = await App.VendAsync(session, VendStatus.Cancelled);

        App.Hand.Wait();
        App.Hand.Answer(DeliveryOutcome.Delivered, "door_unlocked");
        await fridge.HoldAsync(vend, HoldStatus.Released);
        Assert.Contains("Nothing charged", await fridge.PageAsync(vend), StringComparison.Ordinal);
        await fridge.AgreeAsync();
    }
}
