using System.Net;
using Automat.Domain.Vends;
using Automat.Mqtt.Client;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>Out of service, retired, revoked: what that means at every door a machine or a customer comes to.</summary>
public sealed class MachineDoorTests : IAsyncLifetime
{
    private TestApp app = null!;

    public async ValueTask InitializeAsync() => app = await TestApp.StartAsync();

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    [Trait("Accepts", "S2-26")]
    public async Task A_retired_machine_is_nobody_over_signed_http_and_for_customers()
    {
        var device = new TestDevice(app);
        Assert.Equal(200, (await device.PollAsync()).Status);

        await StateAsync("snack-1", "retired");

        foreach (var path in new[] { "/device/v1/config", "/device/v1/commands" })
        {
            Assert.Equal((401, "machine_retired"), await CodeAsync(device.GetAsync(path)));
        }

        foreach (var path in new[] { "heartbeat", "events", "vends" })
        {
            Assert.Equal((401, "machine_retired"), await CodeAsync(device.PostAsync($"/device/v1/{path}", "{}")));
        }

        var told = await app.CallAsync(HttpMethod.Post, "/api/v1/machines/snack-1/commands", new { kind = "reboot" });
        Assert.Equal("machine_retired", told.Body.GetProperty("code").GetString());
        var secret = await app.CallAsync(HttpMethod.Post, "/api/v1/machines/snack-1/secrets", new { overlap_seconds = 0 });
        Assert.Equal("machine_retired", secret.Body.GetProperty("code").GetString());
        Assert.DoesNotContain("snack-1", await app.Client.GetStringAsync("/"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_machine_out_of_service_reports_and_is_told_and_sells_nothing_anywhere()
    {
        var device = new TestDevice(app);
        var chip = await app.GivenChipAsync(1_000);
        await device.PostAsync("/device/v1/heartbeat", """{"faults":[]}""");
        var session = await app.Buyer.OpenAsync("snack-1");
        using var robot = await TestRobot.ConnectAsync(app);
        using var buyer = new RobotBuyer(app);

        await StateAsync("snack-1", "out_of_service");
        await StateAsync("robot-1", "out_of_service");

        Assert.Equal((409, "out_of_service"), await CodeAsync(device.ReserveAsync("late", chip.Uid)));
        var config = await TestApp.EventuallyAsync(
            () => device.GetAsync("/device/v1/config"), a => a.Text("state") == "out_of_service");
        Assert.Equal(200, config.Status);
        Assert.Equal(200, (await device.PostAsync("/device/v1/heartbeat", """{"faults":[]}""")).Status);
        await app.CallAsync(HttpMethod.Post, "/api/v1/machines/snack-1/commands", new { kind = "refresh_telemetry" });
        Assert.Equal(1, (await device.PollAsync(30)).Json.GetProperty("commands").GetArrayLength());
        using (var asked = await buyer.AskAsync(new Dictionary<string, int> { ["1"] = 1 }))
        {
            Assert.Equal(HttpStatusCode.BadRequest, asked.StatusCode);
        }

        // Paid a moment too late: booked, and straight back.
        await app.Provider.PayAsync(session);
        var vend = await app.VendAsync(session, VendStatus.Cancelled);
        Assert.Equal("out_of_service", vend.Reason);
        await app.PaidBackAsync(vend);
        await app.SettledAsync();
    }

    [Fact]
    public async Task A_retired_robot_is_cut_off_and_turned_away()
    {
        using var robot = await TestRobot.ConnectAsync(app);

        await StateAsync("robot-1", "retired");

        await robot.ExpectEndAsync();
        using var again = await TestRobot.KnockAsync(app);
        await again.ExpectEndAsync();
    }

    [Fact]
    public async Task A_robots_line_and_a_machines_mqtt_end_with_their_secrets_on_every_node()
    {
        await using var other = await app.StartAnotherAsync();
        await app.GivenMachineAsync("cab-far", "arcade");
        await app.GiveSecretAsync("cab-far", "secret-of-the-far-one");
        using var robot = await TestRobot.ConnectAsync(app);
        await using var far = new MqttClient(new MqttClientOptions
        {
            Port = other.MqttPort,
            UserName = "cab-far",
            Password = "secret-of-the-far-one",
        });
        await far.ConnectAsync();

        await app.CallAsync(HttpMethod.Delete, "/api/v1/machines/cab-far/secrets");
        await app.CallAsync(HttpMethod.Delete, "/api/v1/machines/robot-1/secrets");

        await far.Messages.Completion.WaitAsync(TimeSpan.FromSeconds(30));
        await robot.ExpectEndAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-26")]
    public async Task Of_two_who_enrol_with_one_code_at_once_one_gets_in()
    {
        await app.GivenMachineAsync("cab-two", "arcade");
        for (var round = 0; round < 5; round++)
        {
            var offered = await app.CallAsync(HttpMethod.Post, "/api/v1/machines/cab-two/enrolments");
            var code = offered.Body.GetProperty("code").GetString();

            var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ =>
                app.CallAsync(HttpMethod.Post, "/device/v1/enrolments", new { code }, key: null)));

            var won = Assert.Single(answers, a => a.Status is HttpStatusCode.Created);
            Assert.All(
                answers.Where(a => a.Status is not HttpStatusCode.Created),
                a => Assert.Equal("enrolment_code_invalid", a.Body.GetProperty("code").GetString()));
            var device = new TestDevice(app, "cab-two", won.Body.GetProperty("secret").GetString()!);
            Assert.Equal(200, (await device.PostAsync("/device/v1/heartbeat", "{}")).Status);
        }
    }

    [Fact]
    public async Task The_robot_whose_rule_names_an_address_most_narrowly_is_the_one_that_comes_from_there()
    {
        using var buyer = new RobotBuyer(app);
        await buyer.SettingsAsync("""{"allow":["127.0.0.0/8"]}""");
        await buyer.AddRobotAsync("robot-2", """{"allow":["127.0.0.0/24","127.0.9.9"]}""");

        using var narrow = await TestRobot.ConnectAsync(app, "127.0.0.21", "robot-2");
        using var back = await TestRobot.ConnectAsync(app, "127.0.0.22", "robot-2");
        await narrow.ExpectEndAsync();
        using var wide = await TestRobot.ConnectAsync(app, "127.0.5.5", "robot-1");
    }

    private static async Task<(int Status, string? Code)> CodeAsync(Task<DeviceAnswer> asked)
    {
        var answer = await asked;
        return (answer.Status, answer.Code);
    }

    private async Task StateAsync(string machine, string state) =>
        await app.CallAsync(HttpMethod.Put, $"/api/v1/machines/{machine}/state", new { state, confirm = machine });
}
