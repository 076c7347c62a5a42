using System.Diagnostics;
using System.Text.Json;
using Automat.Domain.Vends;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>A customer buys on the page of a machine that speaks our own protocol, over either way in.</summary>
[Trait("Accepts", "S2-06")]
public sealed class NativeShopTests : IAsyncLifetime
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
    public async Task Over_http_the_machine_fetches_the_sale_delivers_and_the_customer_has_a_receipt()
    {
        Assert.DoesNotContain("<form", await PageAsync(), StringComparison.Ordinal);
        await device.PostAsync("/device/v1/heartbeat", """{"faults":[]}""");
        var session = await app.Buyer.OpenAsync("snack-1");
        var waiting = device.GetAsync("/device/v1/commands?wait=30");
        await app.Provider.PayAsync(session);

        var command = Single(await CommandsAsync(await waiting));
        var again = Single(await CommandsAsync());
        var id = command.GetProperty("id").GetString()!;
        var stranger = await new TestDevice(app, "fridge-1").PostAsync(
            $"/device/v1/commands/{id}/acknowledgement", """{"outcome":"done"}""");
        var acknowledged = await device.PostAsync(
            $"/device/v1/commands/{id}/acknowledgement", """{"outcome":"done","detail":"drop_sensor"}""");
        var repeated = await device.PostAsync(
            $"/device/v1/commands/{id}/acknowledgement", """{"outcome":"done","detail":"drop_sensor"}""");

        Assert.Equal(("vend", "A1", 1), (
            command.GetProperty("kind").GetString(), command.GetProperty("slot").GetString(), command.GetProperty("quantity").GetInt32()));
        Assert.Equal(id, again.GetProperty("id").GetString());
        Assert.Equal((404, "command_unknown"), (stranger.Status, stranger.Code));
        Assert.Equal((200, "done"), (acknowledged.Status, acknowledged.Text("state")));
        Assert.Equal(200, repeated.Status);
        await app.VendAsync(session, VendStatus.Committed);
        var receipt = await app.Client.GetStringAsync(new Uri(app.Http, $"/receipts/{session}"));
        Assert.Contains("Chips", receipt, StringComparison.Ordinal);
        await app.SettledAsync();
    }

    [Fact]
    public async Task A_machine_that_fails_gives_the_customer_the_money_back()
    {
        await device.PostAsync("/device/v1/heartbeat", """{"faults":[]}""");
        var session = await app.Buyer.OpenAsync("snack-1");
        await app.Provider.PayAsync(session);
        var command = Single(await CommandsAsync());

        await device.PostAsync(
            $"/device/v1/commands/{command.GetProperty("id").GetString()}/acknowledgement", """{"outcome":"failed","detail":"motor_jam"}""");

        await app.PaidBackAsync(await app.VendAsync(session, VendStatus.Cancelled));
        await app.SettledAsync();
    }

    [Fact]
    public async Task A_silent_machine_is_a_doubt_that_a_late_word_settles()
    {
        await app.SetMachineAsync("snack-1", """{"answer_within":5,"decide_within":600}""");
        await device.PostAsync("/device/v1/heartbeat", """{"faults":[]}""");
        var session = await app.Buyer.OpenAsync("snack-1");
        await app.Provider.PayAsync(session);
        var command = Single(await CommandsAsync());

        await app.VendAsync(session, VendStatus.Unknown);
        await device.PostAsync(
            $"/device/v1/commands/{command.GetProperty("id").GetString()}/acknowledgement", """{"outcome":"done"}""");

        await app.VendAsync(session, VendStatus.Committed);
        await app.SettledAsync();
    }

    [Fact]
    public async Task With_a_fault_nobody_can_pay()
    {
        await device.PostAsync("/device/v1/heartbeat", """{"faults":[{"code":"coin_jam"}]}""");

        Assert.DoesNotContain("<form", await PageAsync(), StringComparison.Ordinal);
        await device.PostAsync("/device/v1/heartbeat", """{"faults":[]}""");
        Assert.Contains("<form", await PageAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Over_mqtt_with_mosquitto_clients_the_machine_is_told_and_acknowledges()
    {
        using var commands = Listen("commands");
        using var replies = Listen("replies");
        using var config = Listen("config");
        await UntilOnlineAsync();
        var session = await app.Buyer.OpenAsync("snack-1");
        await app.Provider.PayAsync(session);

        var command = JsonSerializer.Deserialize<JsonElement>((await LineAsync(commands))!);
        await SayAsync("acknowledgements", $$"""{"id":"{{command.GetProperty("id").GetString()}}","outcome":"done"}""");

        Assert.Equal("A1", command.GetProperty("slot").GetString());
        Assert.Contains("\"slots\"", await LineAsync(config), StringComparison.Ordinal);
        await app.VendAsync(session, VendStatus.Committed);
        Assert.Contains("\"state\":\"done\"", await LineAsync(replies), StringComparison.Ordinal);

        var chip = await app.GivenChipAsync(1_000);
        await SayAsync(
            "requests", $$$"""{"id":"q1","reserve":{"mdb_session_id":"m1","tender":{"chip_uid":"{{{chip.Uid}}}"},"amount":150}}""");
        var held = JsonSerializer.Deserialize<JsonElement>((await LineAsync(replies))!);
        var vend = held.GetProperty("vend").GetProperty("reservation_id").GetString();
        await SayAsync("requests", $$$"""{"id":"q2","reservation_id":"{{{vend}}}","commit":{}}""");
        Assert.Contains("\"committed\"", await LineAsync(replies), StringComparison.Ordinal);
        await SayAsync("events", """{"events":[{"sequence":1,"type":"cash_sale","slot":"A2","amount":100}]}""");
        Assert.Contains("\"through\":1", await LineAsync(replies), StringComparison.Ordinal);
        await SayAsync("state", "{");
        Assert.Contains("invalid_json", await LineAsync(replies), StringComparison.Ordinal);
        Assert.Equal(850, await app.CreditAsync(chip));
        await app.SettledAsync();
    }

    private static JsonElement Single(JsonElement commands) => Assert.Single(commands.EnumerateArray());

    private static async Task<string?> LineAsync(Process listener) =>
        await listener.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Commands once there are some; asks again as a machine does.</summary>
    private async Task<JsonElement> CommandsAsync(DeviceAnswer? first = null)
    {
        if (first?.Json.GetProperty("commands") is { } had && had.GetArrayLength() > 0) return had;
        var answer = await TestApp.EventuallyAsync(
            () => device.GetAsync("/device/v1/commands?wait=5"), a => a.Json.GetProperty("commands").GetArrayLength() > 0,
            TimeSpan.FromMinutes(1));
        return answer.Json.GetProperty("commands");
    }

    private Task<string> PageAsync() => app.Client.GetStringAsync(new Uri(app.Http, "/m/snack-1"));

    private Task<string> UntilOnlineAsync() => TestApp.EventuallyAsync(
        PageAsync,
        page => page.Contains("<form", StringComparison.Ordinal));

    private Process Listen(string topic) => Mosquitto(
        "mosquitto_sub", "-V", "mqttv311", "-i", $"snack-{topic}", "-q", "1", "-t", $"automat/v1/snack-1/{topic}");

    private async Task SayAsync(string topic, string message)
    {
        using var said = Mosquitto("mosquitto_pub", "-q", "1", "-t", $"automat/v1/snack-1/{topic}", "-m", message);
        await said.WaitForExitAsync();
        Assert.Equal(0, said.ExitCode);
    }

    private Process Mosquitto(string program, params string[] arguments)
    {
        var installed = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator)
            .Any(folder => File.Exists(Path.Combine(folder, program)));
        Assert.SkipUnless(installed, $"{program} is not installed.");
        return Process.Start(new ProcessStartInfo(
            program,
            ["-h", "127.0.0.1", "-p", $"{app.MqttPort}", "-u", "snack-1", "-P", TestApp.MachineSecret, .. arguments])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;
    }
}
