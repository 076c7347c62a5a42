using System.Net;
using System.Text.Json;
using Automat.Testing;
using Npgsql;

namespace Automat.Scenarios;

/// <summary>How machines are: heard, silent, faulted, after a restart, at another node; and who is told of it.</summary>
public sealed class MachineStatusTests : IAsyncLifetime
{
    private TestApp app = null!;
    private TestDevice device = null!;

    public async ValueTask InitializeAsync()
    {
        app = await TestApp.StartAsync();
        device = new TestDevice(app);
    }

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task Who_is_silent_for_too_long_is_offline_and_the_outage_lasts_until_it_is_heard_again()
    {
        await app.SetMachineAsync("snack-1", """{"heartbeat_s":5}""");
        await BeatAsync();
        var before = await StatusAsync();

        await UntilAsync(status => !status.GetProperty("online").GetBoolean());
        var open = Assert.Single(await OutagesAsync(list => list.Count == 1));
        await BeatAsync();

        Assert.True(before.GetProperty("selling").GetBoolean());
        Assert.Equal("machine_silent", open.GetProperty("reason").GetString());
        Assert.Equal(JsonValueKind.Null, open.GetProperty("to").ValueKind);
        await UntilAsync(status => status.GetProperty("selling").GetBoolean());
        await OutagesAsync(list => list.Count == 1 && list[0].GetProperty("to").ValueKind is JsonValueKind.String);
    }

    [Fact]
    public async Task After_a_restart_who_reports_is_as_it_was_and_who_was_connected_is_not_yet()
    {
        await BeatAsync(""","firmware":"7.1","faults":[{"code":"coin_jam"}]""");
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        await KeptAsync("machine_id = 'snack-1' and firmware = '7.1'");
        await KeptAsync("machine_id = 'cab001' and online");

        await app.RestartAsync();

        var snack = await StatusAsync();
        Assert.Equal((true, "machine_faulted", "7.1"), (
            snack.GetProperty("online").GetBoolean(), snack.GetProperty("why_not").GetString(),
            snack.GetProperty("firmware").GetString()));
        Assert.False((await StatusAsync("cab001")).GetProperty("online").GetBoolean());
        var outage = Assert.Single(await OutagesAsync(list => list.Count == 1, "cab001"));
        Assert.Equal("server_restarted", outage.GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Who_is_connected_to_one_node_is_sold_on_by_the_other_and_gone_there_too()
    {
        await using var other = await app.StartAnotherAsync();
        await using (var cabinet = await Cabinet.ConnectAsync(other.MqttPort, CabinetHabit.Acknowledges))
        {
            await UntilAsync(status => status.GetProperty("selling").GetBoolean(), "cab001");
            var session = await app.Buyer.OpenAsync();
            await app.Provider.PayAsync(session);
            await app.VendAsync(session, Automat.Domain.Vends.VendStatus.Committed);
            Assert.Single(cabinet.Memory.Pulses);
        }

        await UntilAsync(status => !status.GetProperty("online").GetBoolean(), "cab001");
        await app.SettledAsync();
    }

    [Fact]
    public async Task A_machine_that_moves_to_another_node_is_there_all_the_time()
    {
        await using var other = await app.StartAnotherAsync();
        await using var old = await Cabinet.ConnectAsync(app.MqttPort);
        await KeptAsync("machine_id = 'cab001' and online");
        await using var moved = await Cabinet.ConnectAsync(other.MqttPort);
        await KeptAsync($"machine_id = 'cab001' and online and node <> {Number(app.Services)}");

        await old.DisposeAsync();

        await UntilAsync(status => status.GetProperty("online").GetBoolean(), "cab001");
        await KeptAsync($"machine_id = 'cab001' and online and node = {Number(other.Services)}");
        Assert.Empty(await OutagesAsync(list => true, "cab001"));
    }

    [Fact]
    public async Task Changes_are_pushed_to_whoever_follows_also_those_of_another_node()
    {
        await using var other = await app.StartAnotherAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/v1/machines/events");
        request.Headers.Add("X-API-Key", TestApp.ApiKey);
        using var answer = await app.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        using var lines = new StreamReader(await answer.Content.ReadAsStreamAsync());

        var first = await NextAsync(lines);
        await other.Device().PostAsync("/device/v1/heartbeat", """{"faults":[{"code":"door_open"}]}""");
        var then = await NextAsync(lines);

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.Equal("machine_offline", first.GetProperty("why_not").GetString());
        Assert.Equal("machine_faulted", then.GetProperty("why_not").GetString());
        Assert.Equal("door_open", then.GetProperty("faults")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task Faults_are_set_and_cleared_by_events_and_only_by_the_newest()
    {
        await device.PollAsync();
        await EventsAsync("""{"sequence":1,"type":"fault","code":"coin_jam","text":"Validator"}""");
        var broken = await StatusAsync();
        await BeatAsync();
        var stillBroken = await StatusAsync();
        await EventsAsync("""{"sequence":3,"type":"fault_cleared","code":"coin_jam"}""");
        var mended = await StatusAsync();
        await EventsAsync("""{"sequence":2,"type":"fault","code":"coin_jam"}""");
        var late = await StatusAsync();
        await EventsAsync("""{"sequence":4,"type":"fault","code":"motor"}""");
        await BeatAsync(""","faults":[]""");

        Assert.Equal("machine_faulted", broken.GetProperty("why_not").GetString());
        Assert.Equal("Validator", broken.GetProperty("faults")[0].GetProperty("text").GetString());
        Assert.Equal("machine_faulted", stillBroken.GetProperty("why_not").GetString());
        Assert.True(mended.GetProperty("selling").GetBoolean());
        Assert.True(late.GetProperty("selling").GetBoolean());
        Assert.True((await StatusAsync()).GetProperty("selling").GetBoolean());
        var nameless = await EventsAsync("""{"sequence":5,"type":"fault"}""");
        Assert.Equal("code_missing", nameless.Json.GetProperty("refused")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task A_machine_that_fetches_is_sold_on_and_one_with_a_fault_says_so_in_the_customers_language()
    {
        await device.PollAsync();
        Assert.True((await StatusAsync()).GetProperty("selling").GetBoolean());

        await EventsAsync("""{"sequence":1,"type":"fault","code":"coin_jam"}""");

        foreach (var (language, words) in new[] { ("en", "reports a fault"), ("de", "meldet eine Störung"), ("es", "comunica una avería") })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, "/m/snack-1");
            request.Headers.Add("Accept-Language", language);
            using var page = await app.Client.SendAsync(request);
            Assert.Contains(words, WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync()), StringComparison.Ordinal);
        }
    }

    /// <summary>The next that is told of the snack machine.</summary>
    private static async Task<JsonElement> NextAsync(StreamReader lines)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while (await lines.ReadLineAsync(limit.Token) is { } line)
        {
            if (!line.StartsWith("data: {", StringComparison.Ordinal)) continue;
            var status = JsonElement.Parse(line[5..]);
            if (status.GetProperty("machine").GetString() == "snack-1") return status;
        }

        throw new InvalidOperationException("The stream has ended.");
    }

    private static int Number(IServiceProvider services) =>
        ((Automat.Server.Data.Node)services.GetService(typeof(Automat.Server.Data.Node))!).Number;

    private Task<DeviceAnswer> BeatAsync(string more = "") =>
        device.PostAsync("/device/v1/heartbeat", $$"""{"uptime_s":1{{more}}}""");

    private Task<DeviceAnswer> EventsAsync(string told) => device.PostAsync("/device/v1/events", $$"""{"events":[{{told}}]}""");

    private async Task<JsonElement> StatusAsync(string machine = "snack-1") =>
        (await app.CallAsync(HttpMethod.Get, $"/api/v1/machines/{machine}/status")).Body;

    private Task<JsonElement> UntilAsync(Func<JsonElement, bool> holds, string machine = "snack-1") =>
        TestApp.EventuallyAsync(() => StatusAsync(machine), holds, TimeSpan.FromMinutes(1));

    private Task<List<JsonElement>> OutagesAsync(Func<List<JsonElement>, bool> holds, string machine = "snack-1") =>
        TestApp.EventuallyAsync(
            async () => (await app.CallAsync(HttpMethod.Get, $"/api/v1/machines/{machine}/outages")).Body
                .GetProperty("items").EnumerateArray().ToList(),
            holds);

    /// <summary>Waits until a status is written down.</summary>
    private async Task KeptAsync(string where) => await TestApp.EventuallyAsync(
        async () =>
        {
            await using var connection = await app.Database.SuperuserConnectionAsync();
            await using var count = new NpgsqlCommand($"select count(*) from machine_statuses where {where}", connection);
            return (long)(await count.ExecuteScalarAsync())!;
        },
        count => count == 1);
}
