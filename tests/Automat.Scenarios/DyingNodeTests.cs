using System.Text.Json;
using Automat.Domain.Vends;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>A node is killed, and the others carry on with what it had begun.</summary>
public sealed class DyingNodeTests
{
    [Fact]
    [Trait("Accepts", "S2-06")]
    [Trait("Accepts", "S2-23")]
    public async Task What_was_fetched_from_a_node_that_was_killed_is_acknowledged_at_another()
    {
        await using var app = await TestApp.StartAsync();
        var folder = Directory.CreateTempSubdirectory("automat-test-");
        var dying = await ServerProcess.StartAsync(app.Database, app.Sandbox, folder);
        using var client = new HttpClient { BaseAddress = dying.Http };
        var there = new TestDevice(() => client);
        var here = new TestDevice(app);
        await here.PostAsync("/device/v1/heartbeat", """{"faults":[]}""");
        var session = await app.Buyer.OpenAsync("snack-1");
        await app.Provider.PayAsync(session);

        var fetched = Single(await there.PollAsync(60));
        await dying.DisposeAsync();
        var again = Single(await here.PollAsync());
        var answer = await here.AcknowledgeAsync(again.GetProperty("id").GetString()!);

        Assert.Equal(fetched.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        Assert.Equal((200, "done"), (answer.Status, answer.Text("state")));
        await app.VendAsync(session, VendStatus.Committed);
        await app.SettledAsync();
        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task What_a_killed_node_was_handing_over_and_who_was_connected_to_it_is_noticed_by_another()
    {
        await using var app = await TestApp.StartAsync();
        var folder = Directory.CreateTempSubdirectory("automat-test-");
        var dying = await ServerProcess.StartAsync(app.Database, app.Sandbox, folder);
        await using var cabinet = await Cabinet.ConnectAsync(dying.MqttPort, CabinetHabit.Silent);
        await StatusAsync(app, status => status.GetProperty("selling").GetBoolean());
        var session = await app.Buyer.OpenAsync();
        await app.Provider.PayAsync(session);
        await cabinet.PulsesAsync(1);

        await dying.DisposeAsync();

        // The pulse may or may not have become credits: a doubt, then the policy's refund.
        await app.PaidBackAsync((await TestApp.EventuallyAsync(
            () => app.VendOfAsync(session), vend => vend!.Status is VendStatus.Cancelled, TimeSpan.FromMinutes(2)))!);
        await StatusAsync(app, status => !status.GetProperty("online").GetBoolean());
        var outages = (await app.CallAsync(HttpMethod.Get, "/api/v1/machines/cab001/outages")).Body.GetProperty("items");
        Assert.Equal("server_restarted", outages[0].GetProperty("reason").GetString());
        Assert.Single(cabinet.Memory.Pulses);
        await app.SettledAsync();
        folder.Delete(recursive: true);
    }

    private static Task<JsonElement> StatusAsync(TestApp app, Func<JsonElement, bool> holds) => TestApp.EventuallyAsync(
        async () => (await app.CallAsync(HttpMethod.Get, "/api/v1/machines/cab001/status")).Body, holds, TimeSpan.FromMinutes(1));

    private static JsonElement Single(DeviceAnswer answer) =>
        Assert.Single(answer.Json.GetProperty("commands").EnumerateArray());
}
