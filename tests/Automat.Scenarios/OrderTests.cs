using Automat.Domain.Vends;
using Automat.Server.Orders;
using Automat.Server.Payments;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>An order from the cart to the counter, and every way it can end otherwise.</summary>
public sealed class OrderTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S3-08")]
    [Trait("Accepts", "S3-10")]
    [Trait("Accepts", "S3-11")]
    [Trait("Accepts", "S0-13")]
    public async Task The_webhook_alone_makes_an_order_paid_and_staff_hand_it_over_once()
    {
        await app.GivenMachineAsync("whole-1", "pickup");
        using var shopper = new Shopper(app);
        var session = await shopper.OrderAsync("whole-1", 2);
        var (placed, page) = await shopper.OrderOfAsync(session);
        var open = await shopper.Browser.OpenAsync(page);
        var held = await Shopper.ShelfAsync(app, "whole-1");

        await app.Provider.MisbehaveAsync(new { webhooks = new { duplicate = 3 } });
        await app.Provider.PayAsync(session);
        await shopper.UntilAsync(session, OrderState.Paid);
        await app.Provider.MisbehaveAsync(new { });
        var vend = await app.VendAsync(session, VendStatus.Reserved);
        var paid = await shopper.Browser.OpenAsync(page);
        using var staff = await StaffAsync();
        var desk = $"/panel/orders/{placed.Id}";
        var found = await staff.OpenAsync($"/panel/orders?q={vend.Code}");
        var ready = await staff.SendAsync(desk, $"{desk}/ready");
        await shopper.UntilAsync(session, OrderState.Ready);
        var handed = await staff.SendAsync(desk, $"{desk}/hand-over");
        var again = await staff.SendAsync("/panel/orders", $"{desk}/hand-over");
        var tooLate = await staff.SendAsync("/panel/orders", $"{desk}/call-off");

        Assert.Contains("Waiting for your payment", open.Text, StringComparison.Ordinal);
        Assert.Equal((5, 2), held);
        Assert.Contains(vend.Code!, paid.Text, StringComparison.Ordinal);
        Assert.Contains(desk, found.Text, StringComparison.Ordinal);
        Assert.Equal((303, 303, 303, 409), (ready.Status, handed.Status, again.Status, tooLate.Status));
        Assert.Equal((3, 0), await Shopper.ShelfAsync(app, "whole-1"));
        Assert.Equal(1, await app.QueryAsync(db => db.Set<Vend>().CountAsync(v => v.Session == session)));
        Assert.Contains("Enjoy!", (await shopper.Browser.OpenAsync(page)).Text, StringComparison.Ordinal);
        Assert.Equal(200, (await shopper.Browser.OpenAsync(page.Replace("/orders/", "/receipts/", StringComparison.Ordinal))).Status);
        Assert.Contains("Your cart is empty", (await shopper.Browser.OpenAsync("/shop/cart")).Text, StringComparison.Ordinal);
        var number = placed.Number;
        await TestApp.EventuallyAsync(
            () => Shopper.MailsAsync(app, number),
            mails => mails.SequenceEqual([$"Order {number}: paid", $"Order {number} is ready", $"Order {number}: collected"]));
        Assert.Equal(303, (await shopper.Browser.SendAsync(page, page.Replace("/orders/", "/shop/repeat/", StringComparison.Ordinal))).Status);
        Assert.Equal("whole-1:300", await shopper.SeenAsync());
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "M12")]
    [Trait("Accepts", "S3-09")]
    public async Task A_paid_order_that_is_called_off_gives_goods_and_money_back_in_one_step()
    {
        await app.GivenMachineAsync("back-1", "pickup");
        using var shopper = new Shopper(app);
        var session = await shopper.OrderAsync("back-1", 3);
        await app.Provider.PayAsync(session);
        await shopper.UntilAsync(session, OrderState.Paid);
        var (order, page) = await shopper.OrderOfAsync(session);

        var off = await shopper.Browser.SendAsync(page, $"{page}/cancel");
        var shelf = await Shopper.ShelfAsync(app, "back-1");
        var again = await shopper.Browser.SendAsync(page, $"{page}/cancel");

        Assert.Equal((303, 303), (off.Status, again.Status)); // heard twice, done once
        Assert.Equal((5, 0), shelf);
        var vend = await app.VendAsync(session, VendStatus.Cancelled);
        Assert.Equal(450, (await app.PaidBackAsync(vend)).Amount);
        using var staff = await StaffAsync();
        Assert.Equal(409, (await staff.SendAsync("/panel/orders", $"/panel/orders/{order.Id}/hand-over")).Status);
        Assert.Contains("was called off", (await shopper.Browser.OpenAsync(page)).Text, StringComparison.Ordinal);
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S0-16")]
    public async Task A_robot_is_told_of_an_order_only_when_its_customer_says_that_they_are_there_and_only_once()
    {
        await app.SetMachineAsync("robot-1", """{"serve_seconds":2}""");
        var robot = await TestRobot.ConnectAsync(app);
        using var shopper = new Shopper(app);
        var session = await shopper.OrderAsync("robot-1");
        await app.Provider.PayAsync(session);
        await shopper.UntilAsync(session, OrderState.Ready);
        var (_, page) = await shopper.OrderOfAsync(session);
        var asks = await shopper.Browser.OpenAsync(page);
        // Whoever stands before it is served meanwhile.
        using var other = new RobotBuyer(app);
        var theirs = await other.BuyAsync(new Dictionary<string, int> { ["2"] = 1 });
        Assert.Equal(await other.FrameOfAsync(theirs), await robot.ReadAsync());
        await other.SaleAsync(theirs, VendStatus.Committed);
        await robot.ExpectSilenceAsync(TimeSpan.FromSeconds(3)); // the lane has looked meanwhile

        robot.Dispose();
        await RobotLineTests.GoneAsync(other);
        var away = await shopper.Browser.SendAsync(page, $"{page}/here");
        using var back = await TestRobot.ConnectAsync(app);
        var here = await shopper.Browser.SendAsync(page, $"{page}/here");
        var again = await shopper.Browser.SendAsync(page, $"{page}/here");

        Assert.Contains("I am at the machine", asks.Text, StringComparison.Ordinal);
        Assert.Equal((503, 303, 303), (away.Status, here.Status, again.Status));
        Assert.Contains("cannot be reached at the moment", away.Text, StringComparison.Ordinal);
        Assert.Contains($"\"code\":\"{(await app.VendOfAsync(session))!.Code}\"", await back.ReadAsync(), StringComparison.Ordinal);
        Assert.Contains("knows that you are there", (await shopper.Browser.OpenAsync(page)).Text, StringComparison.Ordinal);
        await shopper.UntilAsync(session, OrderState.Collected);
        await back.ExpectSilenceAsync(TimeSpan.FromMilliseconds(300));
    }

    [Fact]
    public async Task A_delayed_payment_keeps_the_goods_and_is_an_order_only_when_the_money_has_come()
    {
        await app.GivenMachineAsync("later-1", "pickup");
        using var shopper = new Shopper(app);
        var session = await shopper.OrderAsync("later-1", 2);
        await app.Provider.PayAsync(session, "bank_debit");
        await TestApp.EventuallyAsync(() => PurchaseAsync(session), p => p.Status is PurchaseStatus.AwaitingPayment);
        var (order, page) = await shopper.OrderOfAsync(session);
        var waiting = await shopper.Browser.OpenAsync(page);
        var refused = await shopper.Browser.SendAsync(page, $"{page}/cancel");

        await app.Provider.ControlAsync($"checkout/sessions/{session}/succeed");

        Assert.Equal(OrderState.AwaitingPayment, order.State);
        Assert.Contains("is on its way", waiting.Text, StringComparison.Ordinal);
        Assert.Equal(409, refused.Status);
        await shopper.UntilAsync(session, OrderState.Paid);
        Assert.Equal((5, 2), await Shopper.ShelfAsync(app, "later-1"));
    }

    [Fact]
    public async Task A_page_nobody_pays_gives_the_goods_back_whether_it_expires_is_given_up_or_is_opened_anew()
    {
        await app.GivenMachineAsync("unpaid-1", "pickup");
        using var first = new Shopper(app);
        using var second = new Shopper(app);
        using var third = new Shopper(app);
        var expires = await first.OrderAsync("unpaid-1", 5);
        await app.Provider.CallAsync($"/v1/checkout/sessions/{expires}/expire");
        await first.UntilAsync(expires, OrderState.NotPaid);
        var afterExpiry = await Shopper.ShelfAsync(app, "unpaid-1");

        var given = await second.OrderAsync("unpaid-1", 5);
        var (_, page) = await second.OrderOfAsync(given);
        var cancelled = await second.Browser.SendAsync(page, $"{page}/cancel");
        var afterCancel = await Shopper.ShelfAsync(app, "unpaid-1");

        var before = await third.OrderAsync("unpaid-1", 5);
        var anew = await third.CheckOutAsync();
        var afterAnew = await Shopper.ShelfAsync(app, "unpaid-1");

        Assert.Equal((5, 0), afterExpiry);
        Assert.Equal(303, cancelled.Status);
        Assert.Equal((5, 0), afterCancel);
        Assert.Equal(303, anew.Status);
        Assert.Equal((5, 5), afterAnew);
        Assert.Equal(PurchaseStatus.Closed, (await PurchaseAsync(before)).Status);
        Assert.Empty(await Shopper.MailsAsync(app, (await second.OrderOfAsync(given)).Order.Number));
    }

    [Fact]
    [Trait("Accepts", "M6")]
    public async Task A_browser_that_is_back_before_the_webhook_sees_its_code_all_the_same()
    {
        await app.GivenMachineAsync("fast-1", "pickup");
        using var shopper = new Shopper(app);
        var session = await shopper.OrderAsync("fast-1");
        var (_, page) = await shopper.OrderOfAsync(session);
        await app.Provider.ControlAsync("webhooks/pause");
        await app.Provider.PayAsync(session);

        var back = await shopper.Browser.OpenAsync($"{page}?from=pay");

        await app.Provider.ControlAsync("webhooks/resume");
        Assert.Contains((await app.VendAsync(session, VendStatus.Reserved)).Code!, back.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_nobody_collects_in_time_is_paid_back_and_cannot_be_handed_over_any_more()
    {
        await app.GivenMachineAsync("left-1", "pickup");
        using var shopper = new Shopper(app);
        var session = await shopper.OrderAsync("left-1");
        await app.Provider.PayAsync(session);
        await shopper.UntilAsync(session, OrderState.Paid);

        await app.SetUpAsync($"update vends set deadline = now() - interval '1 minute' where session = '{session}'");

        var order = await shopper.UntilAsync(session, OrderState.NotCollected);
        var vend = await app.VendAsync(session, VendStatus.Cancelled);
        Assert.Equal(("expired", 150), (vend.Reason, (await app.PaidBackAsync(vend)).Amount));
        Assert.NotNull(order.ClosedAt);
        using var staff = await StaffAsync();
        Assert.Equal(409, (await staff.SendAsync("/panel/orders", $"/panel/orders/{order.Id}/hand-over")).Status);
        Assert.Equal((5, 0), await Shopper.ShelfAsync(app, "left-1"));
    }

    [Fact]
    public async Task However_many_want_the_last_pieces_no_more_are_promised_than_there_are()
    {
        await app.GivenMachineAsync("last-1", "pickup");
        int[] wanted = [1, 2, 3, 1, 2, 3, 1, 2];
        var shoppers = wanted.Select(_ => new Shopper(app)).ToList();
        foreach (var (shopper, pieces) in shoppers.Zip(wanted))
        {
            await shopper.AddAsync(1, pieces);
            await shopper.ChooseAsync("last-1");
        }

        var answers = await Task.WhenAll(shoppers.Select(shopper => shopper.CheckOutAsync()));
        var (stock, reserved) = await Shopper.ShelfAsync(app, "last-1");
        var got = answers.Zip(wanted).Where(a => a.First.Status == 303).ToList();
        foreach (var (answer, pieces) in got)
        {
            var session = Provider.SessionIn(new Uri(answer.Location!));
            if (pieces == 1) await app.Provider.CallAsync($"/v1/checkout/sessions/{session}/expire");
            else await app.Provider.PayAsync(session);
        }

        var sold = got.Where(g => g.Second > 1).Sum(g => g.Second);
        Assert.All(answers, a => Assert.True(a.Status is 303 or 422, $"{a.Status} {a.Text}"));
        Assert.Equal((5, got.Sum(g => g.Second)), (stock, reserved));
        Assert.InRange(reserved, 3, 5);
        await TestApp.EventuallyAsync(() => Shopper.ShelfAsync(app, "last-1"), shelf => shelf == (5, sold));
        foreach (var shopper in shoppers) shopper.Dispose();
    }

    private async Task<Visitor> StaffAsync()
    {
        var staff = new Visitor(app);
        await staff.SignInAsync(Staff.Operator, TestApp.Password);
        return staff;
    }

    private Task<Purchase> PurchaseAsync(string session) =>
        app.QueryAsync(db => db.Set<Purchase>().AsNoTracking().SingleAsync(p => p.SessionId == session));
}
