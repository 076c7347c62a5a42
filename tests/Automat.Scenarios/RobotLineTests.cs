using System.Diagnostics;
using System.Text.Json;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>The robots' TCP port: who may be a robot, and what happens when lines end, hang or say nonsense.</summary>
public sealed class RobotLineTests
{
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(400);

    [Fact]
    [Trait("Accepts", "S0-trap-V3")]
    public async Task A_stranger_is_turned_away_and_gets_nothing()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        await buyer.SettingsAsync("""{"allow":["127.0.0.3"]}""");
        using var robot = await TestRobot.ConnectAsync(app, "127.0.0.3");
        using var stranger = await TestRobot.KnockAsync(app, "127.0.0.2");
        await stranger.ExpectEndAsync();

        var session = await buyer.BuyAsync();
        Assert.Equal(await buyer.FrameOfAsync(session), await robot.ReadAsync());
        Assert.Equal(robot.Address.ToString(), (await StatusAsync(buyer)).GetProperty("address").GetString());
    }

    [Fact]
    [Trait("Accepts", "S0-16")]
    public async Task A_robot_that_comes_back_replaces_its_old_line()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var old = await TestRobot.ConnectAsync(app);
        using var robot = await TestRobot.ConnectAsync(app);
        await old.ExpectEndAsync();

        var session = await buyer.BuyAsync();
        Assert.Equal(await buyer.FrameOfAsync(session), await robot.ReadAsync());
        Assert.True((await StatusAsync(buyer)).GetProperty("connected").GetBoolean());
    }

    [Fact]
    [Trait("Accepts", "S0-trap-V20")]
    public async Task A_robot_that_comes_back_before_its_old_line_ended_gets_its_customer_again()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var old = await TestRobot.ConnectAsync(app);
        var session = await buyer.BuyAsync();
        var frame = await old.ReadAsync();
        using var robot = await TestRobot.ConnectAsync(app);

        Assert.Equal(frame, await robot.ReadAsync());
        Assert.Equal(await buyer.FrameOfAsync(session), frame);
    }

    [Fact]
    [Trait("Accepts", "S0-trap-V21")]
    public async Task Each_of_several_robots_gets_its_own_customers()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        await buyer.SettingsAsync("""{"allow":["127.0.0.11"]}""");
        await buyer.AddRobotAsync("robot-2", """{"allow":["127.0.0.12/32"]}""");
        using var one = await TestRobot.ConnectAsync(app, "127.0.0.11");
        using var two = await TestRobot.ConnectAsync(app, "127.0.0.12", "robot-2");

        var second = await buyer.BuyAsync(machine: "robot-2");
        var first = await buyer.BuyAsync();
        Assert.Equal(await buyer.FrameOfAsync(first), await one.ReadAsync());
        Assert.Equal(await buyer.FrameOfAsync(second), await two.ReadAsync());
        await one.ExpectSilenceAsync(Moment);
        await two.ExpectSilenceAsync(Moment);
        Assert.Equal(two.Address.ToString(), (await StatusAsync(buyer, "robot-2")).GetProperty("address").GetString());
    }

    [Fact]
    [Trait("Accepts", "S0-16")]
    [Trait("Accepts", "S0-trap-V11")]
    public async Task The_status_tells_who_is_there_and_notices_at_once_who_is_gone()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        var tail = $$""","listen_host":"127.0.0.1","listen_port":{{app.RobotPort}}}""";
        Assert.Equal(401, (await RobotBuyer.ReadAsync(buyer.Browser.GetAsync("/api/robot-status"))).Status);
        Assert.Equal((200, """{"address":null,"connected":false""" + tail), await AskAsync());
        using (var robot = await TestRobot.ConnectAsync(app))
        {
            Assert.Equal((200, $$"""{"address":"{{robot.Address}}","connected":true""" + tail), await AskAsync());
        }

        await GoneAsync(buyer);
        Assert.Equal((200, """{"address":null,"connected":false""" + tail), await AskAsync());

        Task<(int, string)> AskAsync() => RobotBuyer.ReadAsync(buyer.AsStaffAsync(HttpMethod.Get, "/api/robot-status"));
    }

    [Fact]
    [Trait("Accepts", "S0-trap-V11")]
    public async Task A_robot_that_says_it_will_send_no_more_is_gone()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        robot.HalfClose();
        await GoneAsync(buyer);
        await robot.ExpectEndAsync();
    }

    [Fact]
    [Trait("Accepts", "S0-16")]
    public async Task Pictures_and_nonsense_from_a_robot_are_read_and_ignored()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var robot = await TestRobot.ConnectAsync(app);
        byte[] picture = [0, 0x20, 0, 0, .. new byte[0x200000]]; // two mebibytes, as from a camera
        await robot.SendAsync(picture);
        await robot.SendAsync(new byte[] { 0, 0, 0, 0, 0, 0, 0, 2 });
        await robot.SayAsync("{]");
        await robot.SayAsync("[1,2]");
        await robot.SayAsync("""{"type":7}""");
        await robot.SayAsync("""{"type":"delivered","code":"9999"}""");
        await robot.SayAsync("""{"type":"failed"}""");

        var session = await buyer.BuyAsync();
        Assert.Equal(await buyer.FrameOfAsync(session), await robot.ReadAsync());
        var report = $$"""{"type":"delivered","code":"{{(await buyer.SaleAsync(session)).Code}}"}""";
        foreach (var part in report.Chunk(7).Prepend([]))
        {
            if (part.Length == 0) await robot.SendAsync(new byte[] { 0, 0, 0, (byte)report.Length });
            else await robot.SendAsync(System.Text.Encoding.UTF8.GetBytes(part));
        }

        await buyer.SaleAsync(session, Domain.Vends.VendStatus.Committed);
    }

    [Fact]
    [Trait("Accepts", "S0-trap-V3")]
    public async Task Something_that_is_no_robot_at_all_is_cut_off()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var browser = await TestRobot.KnockAsync(app);
        await browser.SendAsync("GET / HTTP/1.1\r\nHost: robots\r\n\r\n"u8.ToArray());
        await browser.ExpectEndAsync();
        using var robot = await TestRobot.ConnectAsync(app);
        var session = await buyer.BuyAsync();
        Assert.Equal(await buyer.FrameOfAsync(session), await robot.ReadAsync());
    }

    [Fact]
    [Trait("Accepts", "S0-trap-V11")]
    public async Task A_robot_that_stops_reading_holds_up_nobody_else()
    {
        await using var app = await TestApp.StartAsync();
        using var buyer = new RobotBuyer(app);
        using var deaf = await TestRobot.ConnectAsync(app);
        var text = new string('x', 1_900);
        var flood = Task.WhenAll(Enumerable.Range(0, 60).Select(async _ =>
        {
            for (var i = 0; i < 60; i++)
            {
                using var sent = await buyer.AsStaffAsync(HttpMethod.Post, "/api/robot-command", new { command = text });
            }
        }));
        Assert.Equal(200, (await RobotBuyer.ReadAsync(buyer.Browser.GetAsync("/health"))).Status);
        Assert.Equal(200, (await RobotBuyer.ReadAsync(buyer.Browser.GetAsync("/api/products"))).Status);
        await flood.WaitAsync(TimeSpan.FromSeconds(60));
    }

    /// <summary>Waits until the server has noticed that the robot is gone.</summary>
    internal static Task GoneAsync(RobotBuyer buyer) => TestApp.EventuallyAsync(
        async () => (await StatusAsync(buyer)).GetProperty("connected").GetBoolean(), connected => !connected);

    private static async Task<JsonElement> StatusAsync(RobotBuyer buyer, string? machine = null)
    {
        using var answer = await buyer.AsStaffAsync(HttpMethod.Get, machine is null ? "/api/robot-status" : $"/api/robot-status?machine={machine}");
        answer.EnsureSuccessStatusCode();
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
    }

    [Fact]
    public async Task A_connected_robot_does_not_hold_up_a_server_that_stops()
    {
        await using var app = await TestApp.StartAsync();
        using var robot = await TestRobot.ConnectAsync(app);
        var began = Stopwatch.GetTimestamp();

        await app.RestartAsync();

        // Kestrel's patience with a line that nobody ends is 30 seconds.
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(20));
        await Assert.ThrowsAsync<EndOfStreamException>(() => robot.ReadAsync());
    }
}
