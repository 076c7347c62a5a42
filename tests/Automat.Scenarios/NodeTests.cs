using System.Net;
using System.Text.Json;
using Automat.Domain.Vends;
using Automat.Server.Machines;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>Several nodes on one database: a machine may come to any of them, and what one has in hand no other touches.</summary>
public sealed class NodeTests : IAsyncLifetime
{
    private TestApp app = null!;
    private OtherNode other = null!;
    private TestDevice here = null!;
    private TestDevice there = null!;

    public async ValueTask InitializeAsync()
    {
        app = await TestApp.StartAsync();
        other = await app.StartAnotherAsync();
        here = new TestDevice(app);
        there = other.Device();
    }

    public async ValueTask DisposeAsync()
    {
        await other.DisposeAsync();
        await app.DisposeAsync();
    }

    [Fact]
    public async Task A_command_is_made_at_one_node_fetched_at_the_other_and_acknowledged_at_the_first()
    {
        var waiting = there.PollAsync(60);

        var told = await TellAsync(new { kind = "reload_config" });
        var fetched = Single(await waiting);
        var answer = await here.AcknowledgeAsync(fetched.GetProperty("id").GetString()!);

        Assert.Equal(told, fetched.GetProperty("id").GetString());
        Assert.Equal((200, "done"), (answer.Status, answer.Text("state")));
        var log = (await app.CallAsync(HttpMethod.Get, $"/api/v1/machines/snack-1/commands/{told}")).Body;
        Assert.Equal(("done", 1), (log.GetProperty("state").GetString(), log.GetProperty("attempts").GetInt32()));
        Assert.Equal(0, Count(await there.PollAsync()));
    }

    [Fact]
    [Trait("Accepts", "S2-06")]
    public async Task A_sale_paid_at_one_node_is_delivered_through_the_other()
    {
        await there.PostAsync("/device/v1/heartbeat", """{"faults":[]}""");
        await SoldAtAsync("snack-1");
        var session = await app.Buyer.OpenAsync("snack-1");
        var waiting = there.PollAsync(60);
        await app.Provider.PayAsync(session);

        var command = Single(await waiting);
        await here.AcknowledgeAsync(command.GetProperty("id").GetString()!);
        await there.AcknowledgeAsync(command.GetProperty("id").GetString()!);

        await app.VendAsync(session, VendStatus.Committed);
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-23")]
    public async Task Both_nodes_asked_at_once_hand_one_attempt_out()
    {
        var told = await TellAsync(new { kind = "refresh_telemetry" });

        var answers = await Task.WhenAll(here.PollAsync(), there.PollAsync(), here.PollAsync(), there.PollAsync());

        Assert.All(
            answers.SelectMany(a => a.Json.GetProperty("commands").EnumerateArray()),
            c => Assert.Equal(told, c.GetProperty("id").GetString()));
        Assert.Contains(answers, a => Count(a) == 1);
        var log = (await app.CallAsync(HttpMethod.Get, $"/api/v1/machines/snack-1/commands/{told}")).Body;
        Assert.Equal(1, log.GetProperty("attempts").GetInt32());
    }

    [Fact]
    public async Task What_is_too_late_is_handed_out_by_no_node()
    {
        var told = await TellAsync(new { kind = "reboot", deadline_seconds = 1 });
        await TestApp.EventuallyAsync(
            async () => (await app.CallAsync(HttpMethod.Get, $"/api/v1/machines/snack-1/commands/{told}")).Body,
            log => log.GetProperty("state").GetString() == "expired");

        Assert.Equal(0, Count(await here.PollAsync()));
        Assert.Equal(0, Count(await there.PollAsync()));
    }

    [Fact]
    public async Task A_node_that_starts_leaves_alone_what_another_has_in_hand()
    {
        await app.GivenMachineAsync("hand-1");
        other.Hand.Connected = false;
        var session = await app.Buyer.OpenAsync("hand-1");
        await app.Provider.PayAsync(session);
        await TestApp.EventuallyAsync(() => Task.FromResult(app.Hand.Given.Count), count => count == 1);

        await using (var third = await app.StartAnotherAsync())
        {
            Assert.Equal(VendStatus.Delivering, (await app.VendOfAsync(session))!.Status);
            Assert.Empty(third.Hand.Given);
        }

        app.Hand.Answer(DeliveryOutcome.Delivered, "acknowledged");
        var vend = await app.VendAsync(session, VendStatus.Committed);
        Assert.Equal("Done 1", await app.QueryAsync(db => db.Set<MachineCommand>().AsNoTracking()
            .Where(c => c.VendId == vend.Id).Select(c => c.State.ToString() + " " + c.Attempts).SingleAsync()));
        await app.SettledAsync();
    }

    [Fact]
    public async Task Two_nodes_that_can_both_reach_a_machine_hand_a_sale_to_it_once()
    {
        await app.GivenMachineAsync("hand-1");
        app.Hand.Answer(DeliveryOutcome.Delivered, "acknowledged");
        other.Hand.Answer(DeliveryOutcome.Delivered, "acknowledged");
        for (var i = 0; i < 5; i++)
        {
            var session = await app.Buyer.OpenAsync("hand-1");
            await app.Provider.PayAsync(session);
            await app.VendAsync(session, VendStatus.Committed);
        }

        var given = app.Hand.Given.Concat(other.Hand.Given).Select(c => c.Id).ToList();
        Assert.Equal(5, given.Count);
        Assert.Equal(given.Distinct(), given);
        await app.SettledAsync();
    }

    private async Task<string> TellAsync(object command)
    {
        var (status, body, _) = await app.CallAsync(HttpMethod.Post, "/api/v1/machines/snack-1/commands", command);
        Assert.Equal(HttpStatusCode.Created, status);
        return body.GetProperty("id").GetString()!;
    }

    /// <summary>The first node has heard that the machine is there, though it speaks to the other.</summary>
    private async Task SoldAtAsync(string machine) => await TestApp.EventuallyAsync(
        async () => (await app.CallAsync(HttpMethod.Get, $"/api/v1/machines/{machine}/status")).Body,
        status => status.GetProperty("selling").GetBoolean());

    private static int Count(DeviceAnswer answer) => answer.Json.GetProperty("commands").GetArrayLength();

    private static JsonElement Single(DeviceAnswer answer) =>
        Assert.Single(answer.Json.GetProperty("commands").EnumerateArray());
}
