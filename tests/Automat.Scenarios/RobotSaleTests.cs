using System.Diagnostics;
using Automat.Domain.Vends;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>From the provider's webhook to the robot's code screen, one customer after the other.</summary>
public sealed class RobotSaleTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(400);

    [Fact]
    [Trait("Accepts", "S0-11")]
    [Trait("Accepts", "S0-14")]
    [Trait("Accepts", "S0-16")]
    public async Task The_webhook_alone_queues_the_delivery_with_the_code_of_the_paid_sale()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);

        var session = await buyer.OpenAsync();
        await robot.ExpectSilenceAsync(Moment);
        await buyer.PayAsync(session);

        var frame = await robot.ReadAsync();
        var sale = await buyer.SaleAsync(session, VendStatus.Delivering);
        Assert.Matches("^[0-9]{4}$", sale.Code);
        Assert.Equal($$"""{"type":"customer_queue","email":"a@example.com","code":"{{sale.Code}}"}""", frame);
        await robot.SayAsync($$"""{"type":"delivered","code":"{{sale.Code}}"}""");
        await buyer.SaleAsync(session, VendStatus.Committed);
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S0-trap-V19")]
    public async Task A_robot_that_reports_gets_the_next_customer_when_the_one_before_is_served()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        await robot.SayAsync("""{"type":"hello","reports":true}""");
        var first = await buyer.BuyAsync();
        var second = await buyer.BuyAsync();

        Assert.Equal(await buyer.FrameOfAsync(first), await robot.ReadAsync());
        await robot.ExpectSilenceAsync(Moment);
        await robot.SayAsync($$"""{"type":"delivered","code":"{{(await buyer.SaleAsync(first)).Code}}"}""");

        Assert.Equal(await buyer.FrameOfAsync(second), await robot.ReadAsync());
        await buyer.SaleAsync(first, VendStatus.Committed);
    }

    [Fact]
    [Trait("Accepts", "S0-trap-V19")]
    public async Task A_robot_that_says_nothing_gets_the_next_customer_when_its_time_for_one_is_over()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        await buyer.SettingsAsync("""{"serve_seconds":1}""");
        using var robot = await TestRobot.ConnectAsync(app);
        var first = await buyer.BuyAsync();
        Assert.Equal(await buyer.FrameOfAsync(first), await robot.ReadAsync());
        var since = Stopwatch.GetTimestamp();
        var second = await buyer.OpenAsync();
        await buyer.PayAsync(second);

        Assert.Equal(await buyer.FrameOfAsync(second), await robot.ReadAsync());
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(20));
        await buyer.SaleAsync(first, VendStatus.Committed);
        await buyer.SaleAsync(second, VendStatus.Committed);
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "M7")]
    [Trait("Accepts", "S0-trap-V11")]
    public async Task A_robot_that_is_away_at_the_payment_gets_the_code_when_it_comes()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        string session;
        using (await TestRobot.ConnectAsync(app)) session = await buyer.OpenAsync();
        await RobotLineTests.GoneAsync(buyer);
        await buyer.PayAsync(session);
        var sale = await buyer.SaleAsync(session);
        Assert.Equal(VendStatus.Reserved, sale.Status);
        Assert.Equal(
            (200, $$"""{"code":"{{sale.Code}}","email":"a@example.com"}"""),
            await RobotBuyer.ReadAsync(buyer.Browser.GetAsync($"/api/get-code?session_id={session}")));

        using var robot = await TestRobot.ConnectAsync(app);
        Assert.Equal(await buyer.FrameOfAsync(session), await robot.ReadAsync());
    }

    [Fact]
    [Trait("Accepts", "M8")]
    [Trait("Accepts", "S0-trap-V20")]
    public async Task A_robot_that_dies_too_soon_gets_the_same_code_again()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        string frame, session;
        using (var robot = await TestRobot.ConnectAsync(app))
        {
            session = await buyer.BuyAsync();
            frame = await robot.ReadAsync();
        }

        await RobotLineTests.GoneAsync(buyer);
        using var reborn = await TestRobot.ConnectAsync(app);
        Assert.Equal(frame, await reborn.ReadAsync());
        await reborn.SayAsync($$"""{"type":"delivered","code":"{{(await buyer.SaleAsync(session)).Code}}"}""");
        await buyer.SaleAsync(session, VendStatus.Committed);
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "M16")]
    [Trait("Accepts", "S0-trap-V20")]
    public async Task A_restart_of_the_server_keeps_the_queue()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        var robot = await TestRobot.ConnectAsync(app);
        var first = await buyer.BuyAsync();
        var second = await buyer.BuyAsync();
        await robot.ReadAsync();
        await app.RestartAsync();
        robot.Dispose();

        using var later = new RobotBuyer(app);
        using var back = await TestRobot.ConnectAsync(app);
        await back.SayAsync("""{"type":"hello","reports":true}""");
        foreach (var session in new[] { first, second })
        {
            Assert.Equal(await later.FrameOfAsync(session), await back.ReadAsync());
            await back.SayAsync($$"""{"type":"delivered","code":"{{(await later.SaleAsync(session)).Code}}"}""");
            await later.SaleAsync(session, VendStatus.Committed);
        }

        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S0-trap-V5")]
    [Trait("Accepts", "S0-trap-V19")]
    public async Task What_the_robot_reports_as_failed_is_refunded_and_its_code_is_worth_nothing()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        var session = await buyer.BuyAsync();
        await robot.ReadAsync();
        await robot.SayAsync($$"""{"type":"failed","code":"{{(await buyer.SaleAsync(session)).Code}}"}""");

        var payback = await buyer.RefundAsync(session);
        Assert.Equal("machine_failed", payback.Reason);
        Assert.Equal(404, (await RobotBuyer.ReadAsync(buyer.Browser.GetAsync($"/api/get-code?session_id={session}"))).Status);
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S0-trap-V2")]
    [Trait("Accepts", "M13")]
    public async Task A_code_is_good_once()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        var session = await buyer.BuyAsync();
        var frame = await robot.ReadAsync();
        for (var tab = 0; tab < 3; tab++)
        {
            await buyer.Browser.GetAsync($"/api/get-code?session_id={session}");
            Assert.Equal(200, (await RobotBuyer.ReadAsync(RobotContractTests.CommandAsync(buyer, frame))).Status);
        }

        await robot.ExpectSilenceAsync(Moment);
        await robot.SayAsync($$"""{"type":"delivered","code":"{{(await buyer.SaleAsync(session)).Code}}"}""");
        await buyer.SaleAsync(session, VendStatus.Committed);
        Assert.Equal(
            (404, """{"error":"Code not found or expired"}"""),
            await RobotBuyer.ReadAsync(buyer.Browser.GetAsync($"/api/get-code?session_id={session}")));
        await robot.ExpectSilenceAsync(Moment);
    }

    [Fact]
    [Trait("Accepts", "S0-trap-V7")]
    public async Task The_same_event_again_brings_no_second_code_and_takes_no_second_piece()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        await buyer.SandboxAsync(HttpMethod.Put, "faults", new { webhooks = new { duplicate = 3 } });
        var session = await buyer.BuyAsync();
        var frame = await robot.ReadAsync();
        await robot.SayAsync($$"""{"type":"delivered","code":"{{(await buyer.SaleAsync(session)).Code}}"}""");
        await buyer.SaleAsync(session, VendStatus.Committed);
        await robot.ExpectSilenceAsync(Moment);

        Assert.Equal(await buyer.FrameOfAsync(session), frame);
        Assert.Contains(
            "\"inventory\":9", await buyer.Browser.GetStringAsync("/api/products"), StringComparison.Ordinal);
        await app.VerifyBooksAsync();
    }
}
