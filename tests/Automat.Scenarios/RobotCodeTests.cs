using System.Diagnostics;
using Automat.Domain.Vends;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>Pick-up codes: shown in time, unique, used up, given back when nobody comes.</summary>
public sealed class RobotCodeTests
{
    [Fact]
    [Trait("Accepts", "M6")]
    [Trait("Accepts", "S0-15")]
    public async Task A_page_that_is_faster_than_the_webhook_waits_for_it()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        await buyer.SandboxAsync(HttpMethod.Post, "webhooks/pause");
        var session = await buyer.OpenAsync();
        await buyer.PayAsync(session);
        var asked = RobotBuyer.ReadAsync(buyer.Browser.GetAsync($"/api/get-code?session_id={session}"));
        await Task.Delay(500);
        Assert.False(asked.IsCompleted);
        await buyer.SandboxAsync(HttpMethod.Post, "webhooks/resume");

        var (status, body) = await asked;
        Assert.Equal(200, status);
        Assert.Equal($$"""{"code":"{{(await buyer.SaleAsync(session)).Code}}","email":"a@example.com"}""", body);
        Assert.Equal(await buyer.FrameOfAsync(session), await robot.ReadAsync());
    }

    [Fact]
    [Trait("Accepts", "M6")]
    public async Task A_webhook_that_never_comes_is_made_up_for_by_asking_the_provider()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        await buyer.SandboxAsync(HttpMethod.Put, "faults", new { webhooks = new { drop_all = true } });
        var session = await buyer.OpenAsync();
        await buyer.PayAsync(session);
        var (status, body) = await RobotBuyer.ReadAsync(buyer.Browser.GetAsync($"/api/get-code?session_id={session}"));

        Assert.Equal(200, status);
        Assert.Contains((await buyer.SaleAsync(session)).Code!, body, StringComparison.Ordinal);
        Assert.Equal(await buyer.FrameOfAsync(session), await robot.ReadAsync());
    }

    [Theory]
    [Trait("Accepts", "S0-15")]
    [InlineData("?session_id=cs_test_nobody")]
    [InlineData("?session_id=")]
    [InlineData("")]
    [InlineData("?session_id=%27%20or%201%3D1")]
    public async Task An_unknown_session_has_no_code_and_is_told_so_at_once(string query)
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        var since = Stopwatch.GetTimestamp();
        Assert.Equal(
            (404, """{"error":"Code not found or expired"}"""),
            await RobotBuyer.ReadAsync(buyer.Browser.GetAsync("/api/get-code" + query)));
        // A session that may still be paid is waited for; this one is not.
        Assert.InRange(Stopwatch.GetElapsedTime(since), TimeSpan.Zero, TimeSpan.FromSeconds(15));
    }

    [Fact]
    [Trait("Accepts", "S0-14")]
    public async Task Codes_of_open_sales_are_unique_and_without_an_address_the_email_is_left_out()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        var sessions = await Task.WhenAll(Enumerable.Range(0, 24).Select(
            i => buyer.BuyAsync(new Dictionary<string, int> { [$"{(i % 5 == 0 ? 4 : 1 + (i % 3))}"] = 1 })));
        var codes = new List<string>();
        foreach (var session in sessions) codes.Add((await buyer.SaleAsync(session)).Code!);
        Assert.Equal(codes.Count, codes.Distinct(StringComparer.Ordinal).Count());
        Assert.All(codes, code => Assert.Matches("^[0-9]{4}$", code));

        await buyer.ChangeAsync("update purchases set email = null where session_id = $1", sessions[0]);
        Assert.Equal(
            (200, $$"""{"code":"{{codes[0]}}"}"""),
            await RobotBuyer.ReadAsync(buyer.Browser.GetAsync($"/api/get-code?session_id={sessions[0]}")));
    }

    [Fact]
    [Trait("Accepts", "S0-trap-V19")]
    public async Task A_code_nobody_used_in_time_is_refunded_and_the_next_customer_is_served()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        await robot.SayAsync("""{"type":"hello","reports":true}""");
        var first = await buyer.BuyAsync();
        await robot.ReadAsync();
        var forgotten = await buyer.BuyAsync();
        var third = await buyer.BuyAsync();
        await buyer.ChangeAsync("update vends set deadline = now() where session = $1", forgotten);

        Assert.Equal("expired", (await buyer.RefundAsync(forgotten)).Reason);
        Assert.Equal(404, (await RobotBuyer.ReadAsync(buyer.Browser.GetAsync($"/api/get-code?session_id={forgotten}"))).Status);
        await robot.SayAsync($$"""{"type":"delivered","code":"{{(await buyer.SaleAsync(first)).Code}}"}""");
        Assert.Equal(await buyer.FrameOfAsync(third), await robot.ReadAsync());
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "M12")]
    public async Task A_sale_refunded_at_the_provider_leaves_the_queue_and_blocks_nobody_behind_it()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        await robot.SayAsync("""{"type":"hello","reports":true}""");
        var first = await buyer.BuyAsync();
        await robot.ReadAsync();
        var refunded = await buyer.BuyAsync();
        var third = await buyer.BuyAsync();
        var charges = (await buyer.SandboxAsync(HttpMethod.Get, "state")).GetProperty("charges");
        var intent = (await buyer.SaleAsync(refunded)).Intent;
        var charge = charges.EnumerateArray().Single(c => c.GetProperty("payment_intent").GetString() == intent);
        await buyer.SandboxAsync(HttpMethod.Post, $"charges/{charge.GetProperty("id").GetString()}/refund", new { });
        await buyer.SaleAsync(refunded, VendStatus.Cancelled);

        await robot.SayAsync($$"""{"type":"delivered","code":"{{(await buyer.SaleAsync(first)).Code}}"}""");
        Assert.Equal(await buyer.FrameOfAsync(third), await robot.ReadAsync());
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "M17")]
    [Trait("Accepts", "S0-trap-V6")]
    public async Task When_all_codes_are_in_use_a_payment_goes_straight_back_and_nothing_hangs()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        var pattern = await buyer.BuyAsync();
        await robot.ReadAsync();
        await robot.SayAsync($$"""{"type":"delivered","code":"{{(await buyer.SaleAsync(pattern)).Code}}"}""");
        await buyer.SaleAsync(pattern, VendStatus.Committed);
        var (tooLate, lucky) = (await buyer.OpenAsync(), await buyer.OpenAsync());
        var filled = await buyer.ChangeAsync(
            "insert into vends select (jsonb_populate_record(v, jsonb_build_object('id', gen_random_uuid(), 'code', "
            + "lpad(n::text, 4, '0'), 'session', 'cs_full_' || n, 'intent', 'pi_full_' || n, 'status', 'Reserved', "
            + "'deadline', now() + interval '1 day'))).* from vends v, generate_series(0, 9999) n where v.session = $1",
            pattern);
        Assert.Equal(10_000, filled);

        await buyer.PayAsync(tooLate);
        Assert.Equal("codes_exhausted", (await buyer.RefundAsync(tooLate)).Reason);
        Assert.Equal(404, (await RobotBuyer.ReadAsync(buyer.Browser.GetAsync($"/api/get-code?session_id={tooLate}"))).Status);
        var (status, body) = await RobotBuyer.ReadAsync(buyer.AskAsync(new Dictionary<string, int> { ["1"] = 1 }));
        Assert.Equal(503, status);
        Assert.StartsWith("""{"error":"Too many are waiting""", body, StringComparison.Ordinal);

        await buyer.ChangeAsync("update vends set status = 'Cancelled' where session = 'cs_full_42'");
        await buyer.PayAsync(lucky);
        Assert.Equal("0042", (await buyer.SaleAsync(lucky)).Code);
    }
}
