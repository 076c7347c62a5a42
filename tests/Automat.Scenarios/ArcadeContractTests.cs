using System.Diagnostics;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Automat.Domain.Vends;
using Automat.Mqtt;
using Automat.Mqtt.Client;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>What existing cabinets, operators and webhooks know, byte for byte.</summary>
public sealed partial class ArcadeContractTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S4-01")]
    public async Task Status_says_that_it_is_up()
    {
        using var answer = await app.Client.GetAsync(new Uri("/status", UriKind.Relative));

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("application/json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("""{"message":"API is running","status":"up"}""", (await answer.Content.ReadAsStringAsync()).TrimEnd('\n'));
    }

    [Theory]
    [Trait("Accepts", "S4-03")]
    [Trait("Accepts", "S0-11")]
    [InlineData("/webhooks/stripe", "", "Invalid payload", "Invalid signature")]
    [InlineData("/addCredit", "", "Invalid payload", "Invalid signature")]
    [InlineData("/webhook", "", "Invalid payload", "Invalid signature")]
    [InlineData("/api/stripe-webhook", "{}", """{"error":"Invalid payload"}""", """{"error":"Invalid signature"}""")]
    [InlineData("/stripe-webhook", "Success", "Invalid payload received.", "Invalid signature.")]
    public async Task Each_webhook_route_answers_with_the_words_its_set_up_knows(
        string route, string stored, string invalidPayload, string invalidSignature)
    {
        var body = JsonSerializer.Serialize(new
        {
            id = "evt_" + route.Replace('/', '_'),
            @object = "event",
            type = "customer.created",
            created = 1,
            livemode = false,
            data = new { @object = new { id = "cus_1", @object = "customer" } },
        });

        using var good = await app.Client.TellAsync(body, route);
        using var unsigned = await app.Client.TellAsync(body, route, "t=1,v1=00");
        using var broken = await app.Client.TellAsync("no json", route);

        Assert.Equal((HttpStatusCode.OK, stored), (good.StatusCode, await good.Content.ReadAsStringAsync()));
        Assert.Equal(
            (HttpStatusCode.BadRequest, invalidSignature), (unsigned.StatusCode, await unsigned.Content.ReadAsStringAsync()));
        Assert.Equal(
            (HttpStatusCode.BadRequest, invalidPayload), (broken.StatusCode, await broken.Content.ReadAsStringAsync()));
    }

    [Fact]
    [Trait("Accepts", "S4-02")]
    [Trait("Accepts", "S4-04")]
    public async Task A_link_is_made_once_carries_its_cabinet_and_ends_in_a_pulse_written_as_python_writes_it()
    {
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort, qos: MqttQos.AtMostOnce);
        var answer = await app.StaffAsync(HttpMethod.Post, "/create-payment-link", new { machine_id = "cab001", quantity = 2 });
        var again = await app.StaffAsync(HttpMethod.Post, "/create-payment-link", new { machine_id = "cab001", quantity = 2 });
        var url = JsonSerializer.Deserialize<JsonElement>(answer).GetProperty("url").GetString()!;

        var session = await app.Provider.VisitAsync(url);
        await app.Provider.PayAsync(session);
        await app.VendAsync(session, VendStatus.Committed);

        Assert.Equal(answer, again);
        Assert.Equal($$"""{"url":"{{url}}"}""", answer.TrimEnd('\n'));
        Assert.EndsWith("?client_reference_id=cab001", url, StringComparison.Ordinal);
        var pulse = (await cabinet.PulsesAsync(1)).Single();
        Assert.Matches(PulseText(), pulse.Text);
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "S4-05")]
    public async Task Game_over_answers_and_tells_the_attract_screen_as_both_know_it()
    {
        await using var screen = await ScreenAsync();

        var answer = await app.StaffAsync(HttpMethod.Post, "/gameover", new { machine_id = "cab001" });

        Assert.Equal("""{"message":"Game over signal sent"}""", answer.TrimEnd('\n'));
        var heard = (await screen.Messages.ReadAsync()).Message;
        Assert.False(heard.Retain);
        Assert.Matches(GameOverText(), Encoding.UTF8.GetString(heard.Payload.Span));
    }

    [Fact]
    [Trait("Accepts", "S4-05")]
    public async Task A_cabinet_may_tell_its_attract_screen_directly()
    {
        await using var screen = await ScreenAsync();
        await using var game = new MqttClient(new MqttClientOptions
        {
            Port = app.MqttPort,
            UserName = "cab001",
            Password = TestApp.MachineSecret,
        });
        await game.ConnectAsync();

        await game.PublishAsync(new MqttMessage
        {
            Topic = "arcade/machine/cab001/gameover",
            Payload = "over"u8.ToArray(),
            Qos = MqttQos.AtLeastOnce,
        });

        Assert.Equal("over", Encoding.UTF8.GetString((await screen.Messages.ReadAsync()).Message.Payload.Span));
    }

    [Fact]
    [Trait("Accepts", "S4-04")]
    [Trait("Accepts", "S4-06")]
    public async Task Mosquitto_hears_the_pulse_as_existing_cabinets_do()
    {
        using var listener = Mosquitto("mosquitto_sub", "-C", "1", "-W", "30", "-t", "arcade/machine/+/coinpulse");
        await TestApp.EventuallyAsync(
            async () => (await app.Client.GetStringAsync(new Uri("/m/cab001", UriKind.Relative)))
                .Contains("__RequestVerificationToken", StringComparison.Ordinal),
            forSale => forSale);

        var session = await app.Buyer.OpenAsync(quantity: 10);
        await app.Provider.PayAsync(session);
        var line = await listener.StandardOutput.ReadLineAsync();

        Assert.Matches(PulseText(), line);
        Assert.Contains("\"credits\": 10,", line, StringComparison.Ordinal);
        await app.VendAsync(session, VendStatus.Committed);
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "S4-06")]
    public async Task Mosquitto_may_say_game_over_and_nothing_else()
    {
        await using var screen = await ScreenAsync();

        using (var forged = Mosquitto("mosquitto_pub", "-q", "1", "-t", "arcade/machine/cab001/coinpulse", "-m", "forged"))
        {
            await forged.WaitForExitAsync();
        }

        using (var over = Mosquitto("mosquitto_pub", "-q", "1", "-t", "arcade/machine/cab001/gameover", "-m", "over"))
        {
            await over.WaitForExitAsync();
            Assert.Equal(0, over.ExitCode);
        }

        Assert.Equal("over", Encoding.UTF8.GetString((await screen.Messages.ReadAsync()).Message.Payload.Span));
    }

    private async Task<MqttClient> ScreenAsync()
    {
        var screen = new MqttClient(new MqttClientOptions
        {
            Port = app.MqttPort,
            UserName = "cab001",
            Password = TestApp.MachineSecret,
        });
        await screen.ConnectAsync();
        await screen.SubscribeAsync("arcade/machine/cab001/gameover");
        return screen;
    }

    private Process Mosquitto(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, UseShellExecute = false };
        string[] common =
        [
            "-h", "127.0.0.1", "-p", app.MqttPort.ToString(System.Globalization.CultureInfo.InvariantCulture),
            "-u", "cab001", "-P", TestApp.MachineSecret,
        ];
        foreach (var argument in common.Concat(arguments)) start.ArgumentList.Add(argument);
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip($"{program} is not installed.");
            throw;
        }
    }

    [GeneratedRegex(
        """^\{"machineId": "cab001", "credits": \d+, "timestamp": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", "id": "[0-9a-f-]{36}"\}$""",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PulseText();

    [GeneratedRegex(
        """^\{"machineId": "cab001", "status": "game_over", "timestamp": "\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z"\}$""",
        RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex GameOverText();
}
