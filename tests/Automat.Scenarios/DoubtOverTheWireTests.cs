using System.Text.Json;
using Automat.Domain.Vends;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>A sale nobody knows the end of, over the machines' own protocols: each way it is cleared up.</summary>
[Trait("Accepts", "S2-06")]
public sealed class DoubtOverTheWireTests : IAsyncLifetime
{
    private TestApp app = null!;
    private TestDevice device = null!;

    public async ValueTask InitializeAsync()
    {
        app = await TestApp.StartAsync();
        device = new TestDevice(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Theory]
    [InlineData(42, true, VendStatus.Committed)]
    [InlineData(41, true, VendStatus.Cancelled)]
    [InlineData(41, false, VendStatus.Unknown)]
    [InlineData(43, true, VendStatus.Unknown)]
    public async Task A_heartbeats_counter_tells_what_it_can(int vends, bool ready, VendStatus status)
    {
        await BeatAsync(41);
        var (_, session) = await DoubtAsync();

        await BeatAsync(vends, ready);

        Assert.Equal(status, (await app.VendOfAsync(session))!.Status);
        if (status is not VendStatus.Unknown) await app.SettledAsync();
    }

    [Fact]
    public async Task A_counter_told_by_an_event_clears_it_up_too()
    {
        await BeatAsync(41);
        var (_, session) = await DoubtAsync();

        await EventAsync("""{"sequence":1,"type":"counters","counters":{"vends":42}}""");

        await app.VendAsync(session, VendStatus.Committed);
        await app.SettledAsync();
    }

    [Fact]
    public async Task What_the_counter_said_is_known_after_a_restart()
    {
        await BeatAsync(41);
        await app.SetMachineAsync("snack-1", """{"answer_within":5,"decide_within":600}""");
        var (_, session) = await DoubtAsync();

        await app.RestartAsync();
        await BeatAsync(42);

        await app.VendAsync(session, VendStatus.Committed);
        await app.SettledAsync();
    }

    [Theory]
    [InlineData("RefundCustomer", VendStatus.Cancelled)]
    [InlineData("AssumeDelivered", VendStatus.Committed)]
    public async Task At_its_deadline_the_machines_policy_decides(string policy, VendStatus status)
    {
        await app.SetUpAsync($"update machines set silence_policy = '{policy}' where id = 'snack-1'");
        var (_, session) = await DoubtAsync(decideWithin: 5);

        await app.VendAsync(session, status);
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-31")]
    public async Task A_reset_of_the_bus_between_approved_and_success_is_success()
    {
        var (command, session) = await DoubtAsync();

        await EventAsync($$"""{"sequence":1,"type":"vend_reset","reservation_id":"{{command.GetProperty("vend_id").GetString()}}"}""");

        await app.VendAsync(session, VendStatus.Committed);
        await app.SettledAsync();
    }

    [Theory]
    [InlineData("done", VendStatus.Committed, "done")]
    [InlineData("failed", VendStatus.Cancelled, "failed")]
    public async Task A_late_word_settles_it_and_the_commands_log_says_so(string outcome, VendStatus status, string state)
    {
        var (command, session) = await DoubtAsync();
        var id = command.GetProperty("id").GetString()!;

        await device.AcknowledgeAsync(id, outcome);

        await app.VendAsync(session, status);
        var log = (await app.CallAsync(HttpMethod.Get, $"/api/v1/machines/snack-1/commands/{id}")).Body;
        Assert.Equal(state, log.GetProperty("state").GetString());
        Assert.NotEqual(JsonValueKind.Null, log.GetProperty("acknowledged_at").ValueKind);
        await app.SettledAsync();
    }

    [Fact]
    public async Task A_late_done_after_the_money_went_back_is_booked_and_flagged()
    {
        var (command, session) = await DoubtAsync(decideWithin: 5);
        await app.PaidBackAsync(await app.VendAsync(session, VendStatus.Cancelled));

        await device.AcknowledgeAsync(command.GetProperty("id").GetString()!);

        Assert.True((await app.VendAsync(session, VendStatus.Committed)).Late);
        await app.SettledAsync();
    }

    [Theory]
    [InlineData("ok", VendStatus.Committed)]
    [InlineData("failed", VendStatus.Cancelled)]
    public async Task A_cabinets_late_acknowledgement_settles_it(string word, VendStatus status)
    {
        await app.SetMachineAsync("cab001", """{"answer_within":1,"decide_within":600}""");
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort, CabinetHabit.Silent);
        var session = await app.Buyer.OpenAsync();
        await app.Provider.PayAsync(session);
        var pulse = (await cabinet.PulsesAsync(1))[0];
        await app.VendAsync(session, VendStatus.Unknown);

        for (var i = 0; i < 2; i++) await cabinet.SayAsync(pulse.Id, word);

        await app.VendAsync(session, status);
        await app.SettledAsync();
    }

    [Theory]
    [InlineData("delivered", VendStatus.Committed)]
    [InlineData("failed", VendStatus.Cancelled)]
    public async Task A_robots_late_report_settles_it(string word, VendStatus status)
    {
        await app.SetMachineAsync("robot-1", """{"serve_seconds":1,"report_within":1,"decide_within":600}""");
        using var robot = await TestRobot.ConnectAsync(app);
        await robot.SayAsync("""{"type":"hello","reports":true}""");
        using var buyer = new RobotBuyer(app);
        var session = await buyer.BuyAsync();
        await robot.ReadAsync();
        var vend = await app.VendAsync(session, VendStatus.Unknown);

        await robot.SayAsync($$"""{"type":"{{word}}","code":"0000000"}"""); // nobody's
        await robot.SayAsync($$"""{"type":"{{word}}","code":"{{vend.Code}}"}""");

        await app.VendAsync(session, status);
        await app.SettledAsync();
    }

    private async Task<(JsonElement Command, string Session)> DoubtAsync(int decideWithin = 600)
    {
        await app.SetMachineAsync("snack-1", $$"""{"answer_within":5,"decide_within":{{decideWithin}}}""");
        await device.PollAsync();
        var session = await app.Buyer.OpenAsync("snack-1");
        var waiting = device.PollAsync(60);
        await app.Provider.PayAsync(session);
        var command = Assert.Single((await waiting).Json.GetProperty("commands").EnumerateArray());
        await TestApp.EventuallyAsync(
            () => app.VendOfAsync(session), vend => vend!.Status is not (VendStatus.Reserved or VendStatus.Delivering),
            TimeSpan.FromMinutes(1));
        return (command, session);
    }

    private Task<DeviceAnswer> BeatAsync(int vends, bool ready = true) => device.PostAsync(
        "/device/v1/heartbeat", $$"""{"counters":{"vends":{{vends}}},"ready":{{(ready ? "true" : "false")}}}""");

    private async Task EventAsync(string told)
    {
        var answer = await device.PostAsync("/device/v1/events", $$"""{"events":[{{told}}]}""");
        Assert.Equal(0, answer.Json.GetProperty("refused").GetArrayLength());
    }
}
