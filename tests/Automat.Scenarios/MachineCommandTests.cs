using System.Net;
using System.Text.Json;
using Automat.Domain;
using Automat.Server.Machines;
using Automat.Server.Vends;
using Automat.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>What machines are told: handed over once or not at all, never too late, never during a sale unless forced.</summary>
public sealed class MachineCommandTests
{
    [Fact]
    public async Task A_command_is_handed_over_and_its_log_tells_who_asked_and_what_became_of_it()
    {
        await using var app = await TestApp.StartAsync();
        await app.GivenMachineAsync("hand-1");
        app.Hand.Answer(DeliveryOutcome.Delivered, "acknowledged");

        var told = await app.CallAsync(HttpMethod.Post, "/api/v1/machines/hand-1/commands", new { kind = "reboot" });

        Assert.Equal(HttpStatusCode.Created, told.Status);
        var log = await EndedAsync(app, "hand-1", told.Body);
        Assert.Equal("done", log.GetProperty("state").GetString());
        Assert.Equal(1, log.GetProperty("attempts").GetInt32());
        Assert.StartsWith("key:", log.GetProperty("asked_by").GetString(), StringComparison.Ordinal);
        Assert.NotEqual(JsonValueKind.Null, log.GetProperty("acknowledged_at").ValueKind);
        Assert.Equal("reboot", Assert.Single(app.Hand.Given).Kind);
    }

    [Theory]
    [InlineData("dance", "{}", "command_invalid")]
    [InlineData("set_price", """{"slot":"A1"}""", "command_invalid")]
    [InlineData("set_price", """{"slot":"Z9","price":100}""", "slot_unknown")]
    [InlineData("reboot", """{"now":true}""", "command_invalid")]
    [InlineData("show_message", """{"text":"Hello","seconds":5}""", "command_unsupported")]
    public async Task A_command_that_cannot_be_is_refused(string kind, string arguments, string code)
    {
        await using var app = await TestApp.StartAsync();
        await app.GivenMachineAsync("hand-1");

        var (_, body, _) = await app.CallAsync(
            HttpMethod.Post, "/api/v1/machines/hand-1/commands", new { kind, arguments = JsonElement.Parse(arguments) });

        Assert.Equal(code, body.GetProperty("code").GetString());
        Assert.Empty(app.Hand.Given);
    }

    [Fact]
    public async Task A_command_nobody_came_for_in_time_is_never_handed_over()
    {
        await using var app = await TestApp.StartAsync();
        await app.GivenMachineAsync("hand-1");
        app.Hand.Connected = false;
        app.Hand.Answer(DeliveryOutcome.Delivered, "acknowledged");

        var told = await app.CallAsync(
            HttpMethod.Post, "/api/v1/machines/hand-1/commands", new { kind = "reboot", deadline_seconds = 1 });
        var log = await EndedAsync(app, "hand-1", told.Body);
        app.Hand.Connected = true;
        var next = await app.CallAsync(HttpMethod.Post, "/api/v1/machines/hand-1/commands", new { kind = "reload_config" });
        await EndedAsync(app, "hand-1", next.Body);

        Assert.Equal(("expired", 0), (log.GetProperty("state").GetString(), log.GetProperty("attempts").GetInt32()));
        Assert.Equal("reload_config", Assert.Single(app.Hand.Given).Kind);
    }

    [Fact]
    public async Task While_somebody_is_buying_only_what_is_forced_is_handed_over()
    {
        await using var app = await TestApp.StartAsync();
        await app.GivenMachineAsync("hand-1");
        var session = await app.Buyer.OpenAsync("hand-1");
        await app.Provider.PayAsync(session);
        await TestApp.EventuallyAsync(() => Task.FromResult(app.Hand.Given.Count), count => count == 1);

        await app.CallAsync(HttpMethod.Post, "/api/v1/machines/hand-1/commands", new { kind = "reload_config" });
        await app.CallAsync(HttpMethod.Post, "/api/v1/machines/hand-1/commands", new { kind = "reboot", force = true });
        var during = await TestApp.EventuallyAsync(() => Task.FromResult(app.Hand.Given), given => given.Count == 2);
        app.Hand.Answer(DeliveryOutcome.Delivered, "acknowledged");
        var after = await TestApp.EventuallyAsync(() => Task.FromResult(app.Hand.Given), given => given.Count == 3);

        Assert.Equal(["vend", "reboot"], during.Select(c => c.Kind));
        Assert.Equal("reload_config", after[2].Kind);
        await app.SettledAsync();
    }

    [Fact]
    public async Task Out_of_service_is_true_for_customers_at_once_and_a_price_too()
    {
        await using var app = await TestApp.StartAsync();
        await app.GivenMachineAsync("hand-1");
        app.Hand.Wait();

        await app.CallAsync(HttpMethod.Post, "/api/v1/machines/hand-1/commands",
            new { kind = "set_price", arguments = new { slot = "A1", price = 275 } });
        await app.CallAsync(HttpMethod.Post, "/api/v1/machines/hand-1/commands", new { kind = "set_out_of_service" });

        var machine = (await app.CallAsync(HttpMethod.Get, "/api/v1/machines/hand-1")).Body;
        Assert.Equal("out_of_service", machine.GetProperty("state").GetString());
        Assert.Equal("out_of_service", machine.GetProperty("status").GetProperty("why_not").GetString());
        var slots = (await app.CallAsync(HttpMethod.Get, "/api/v1/machines/hand-1/slots")).Body.GetProperty("slots");
        Assert.Equal(275, slots[0].GetProperty("price").GetInt32());
    }

    [Fact]
    [Trait("Accepts", "S2-23")]
    public async Task A_machine_that_fetches_gets_its_sale_again_until_it_answers_and_no_other_machine_can_answer_for_it()
    {
        await using var app = await TestApp.StartAsync();
        await app.GivenMachineAsync("hand-1");
        await app.GivenMachineAsync("hand-2");
        app.Hand.Polling = true;
        var commands = app.Services.GetRequiredService<MachineCommands>();
        var session = await app.Buyer.OpenAsync("hand-1");
        await app.Provider.PayAsync(session);

        var first = Assert.Single(await commands.TakeAsync(await MachineAsync(app, "hand-1"), 10, TimeSpan.FromSeconds(30), default));
        var again = Assert.Single(await commands.TakeAsync(await MachineAsync(app, "hand-1"), 10, default));
        Assert.Equal(first.Id, again.Id);
        Assert.Empty(await commands.TakeAsync(await MachineAsync(app, "hand-2"), 10, default));
        var theft = await Assert.ThrowsAsync<RuleException>(async () => await commands.AnswerAsync(
            await MachineAsync(app, "hand-2"), first.Id, DeliveryOutcome.Refused, "stolen", default));
        Assert.Equal("command_unknown", theft.Code);
        for (var i = 0; i < 2; i++)
        {
            await commands.AnswerAsync(
                await MachineAsync(app, "hand-1"), first.Id, DeliveryOutcome.Delivered, "acknowledged", default);
        }

        Assert.Empty(await commands.TakeAsync(await MachineAsync(app, "hand-1"), 10, default));
        Assert.Empty(app.Hand.Given);
        await app.SettledAsync();
    }

    private static async Task<Machine> MachineAsync(TestApp app, string id) =>
        await app.Services.GetRequiredService<MachineDirectory>().GetAsync(MachineId.Parse(id), default);

    private static async Task<JsonElement> EndedAsync(TestApp app, string machine, JsonElement told) =>
        await TestApp.EventuallyAsync(
            async () => (await app.CallAsync(HttpMethod.Get, $"/api/v1/machines/{machine}/commands/{told.GetProperty("id").GetString()}")).Body,
            log => log.GetProperty("state").GetString() is not ("waiting" or "sending"));
}
