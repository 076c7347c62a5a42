using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Mqtt;
using Automat.Mqtt.Client;
using Automat.Mqtt.Tests.Tls;
using Automat.Server.Machines;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios.Mqtt;

/// <summary>The machines' broker is somebody else's: the drivers do not notice, and what cannot be known is not claimed.</summary>
public sealed class OutsideBrokerTests
{
    private const string Impatient = """{"answer_within":1,"decide_within":1}""";

    private static readonly MachineId Cabinet1 = MachineId.Parse("cab001");

    [Fact]
    [Trait("Accepts", "S4-06")]
    [Trait("Accepts", "S1-06")]
    public async Task A_cabinet_that_acknowledges_is_sold_on_and_settles_over_mosquitto()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var app = await StartAsync(mosquitto);
        await using var cabinet = await ComeAsync(mosquitto, app, CabinetHabit.Acknowledges);

        var session = await app.Buyer.OpenAsync(quantity: 2);
        await app.Provider.PayAsync(session);

        await app.VendAsync(session, VendStatus.Committed);
        Assert.Equal(2, Assert.Single(cabinet.Memory.Pulses).Credits);
        Assert.Equal("acknowledged", await OutcomeAsync(app));
        var check = (await HealthAsync(app)).GetProperty("checks").GetProperty("mqtt").GetProperty("details");
        Assert.True(check.GetProperty("connected").GetBoolean());
        Assert.True(check.GetProperty("shared_subscriptions").GetBoolean());
        Assert.Contains("mqtt_outside_connected 1", await app.Client.GetStringAsync("/metrics"), StringComparison.Ordinal);
        await app.SettledAsync();
    }

    [Fact]
    public async Task That_the_broker_has_a_pulse_does_not_mean_that_the_cabinet_has_it()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var app = await StartAsync(mosquitto);
        await app.SetMachineAsync("cab001", Impatient);
        await using var cabinet = await ComeAsync(mosquitto, app, CabinetHabit.Received);

        var session = await app.Buyer.OpenAsync();
        await app.Provider.PayAsync(session);
        await cabinet.PulsesAsync(1);

        // A doubt, and its owner's policy gives the player the money back.
        var vend = await app.VendAsync(session, VendStatus.Cancelled);
        Assert.Equal("brokered", await OutcomeAsync(app));
        await app.PaidBackAsync(vend);
        Assert.Single(cabinet.Memory.Pulses);
        await app.SettledAsync();
    }

    [Theory]
    [InlineData("ok", VendStatus.Committed)]
    [InlineData("failed", VendStatus.Cancelled)]
    [Trait("Accepts", "S2-06")]
    public async Task An_acknowledgement_that_comes_after_the_doubt_settles_the_sale(string word, VendStatus status)
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var app = await StartAsync(mosquitto);
        await app.SetMachineAsync("cab001", """{"answer_within":1,"decide_within":600}""");
        await using var cabinet = await ComeAsync(mosquitto, app, CabinetHabit.Received);
        var session = await app.Buyer.OpenAsync();
        await app.Provider.PayAsync(session);
        var pulse = (await cabinet.PulsesAsync(1))[0];
        await app.VendAsync(session, VendStatus.Unknown);

        await cabinet.SayAsync(pulse.Id, word);

        await app.VendAsync(session, status);
        Assert.Single(cabinet.Memory.Pulses);
        await app.SettledAsync();
    }

    [Fact]
    public async Task Where_the_owner_says_so_the_brokers_word_is_enough()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var app = await StartAsync(mosquitto);
        await app.SetMachineAsync("cab001", """{"trust_broker":true}""");
        await using var cabinet = await ComeAsync(mosquitto, app, CabinetHabit.Received);

        var session = await app.Buyer.OpenAsync();
        await app.Provider.PayAsync(session);

        await app.VendAsync(session, VendStatus.Committed);
        Assert.Equal("brokered", await OutcomeAsync(app));
        await cabinet.PulsesAsync(1);
        await app.SettledAsync();
    }

    [Fact]
    public async Task A_cabinet_is_there_when_it_says_so_and_gone_by_its_last_will()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var app = await StartAsync(mosquitto);
        var early = await IsOfferedAsync(app);
        var client = new MqttClient(new MqttClientOptions
        {
            Port = mosquitto.Port,
            Will = new MqttWill(Status("""{"status": "offline"}""")),
        });
        await client.ConnectAsync();

        await client.PublishAsync(Status("""{"status": "online"}"""));
        await ReachableAsync(app, true);
        var meanwhile = await IsOfferedAsync(app);
        client.Cut();
        await ReachableAsync(app, false);
        await client.DisposeAsync();

        Assert.Equal((false, true, false), (early, meanwhile, await IsOfferedAsync(app)));
    }

    [Fact]
    public async Task A_cabinet_that_only_talks_is_there_for_a_while()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var app = await StartAsync(mosquitto, ("Automat:Mqtt:Broker:HeardWithin", "2"));
        await using var client = new MqttClient(new MqttClientOptions { Port = mosquitto.Port });
        await client.ConnectAsync();

        // What a cabinet also reads may come from anybody, and what is retained may be old.
        await client.PublishAsync(Message("arcade/machine/cab001/gameover", "{}"));
        await client.PublishAsync(Message("arcade/machine/cab001/ack", """{"id":"old"}""") with { Retain = true });
        await client.PublishAsync(Message("arcade/machine/cab002/ack", """{"id":"nobody"}"""));
        await TestApp.EventuallyAsync(
            () => app.Client.GetStringAsync("/metrics"),
            text => text.Contains("mqtt_outside_messages_strange_total 1", StringComparison.Ordinal));
        await client.PublishAsync(Message("arcade/machine/cab001/ack", """{"id":"new"}"""));

        await ReachableAsync(app, true);
        await ReachableAsync(app, false);
    }

    [Fact]
    public async Task When_the_broker_is_lost_nothing_is_sold_until_it_is_back()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var app = await StartAsync(mosquitto);
        await using (await ComeAsync(mosquitto, app, CabinetHabit.Acknowledges))
        {
            await mosquitto.KillAsync();
            await ReachableAsync(app, false);
            Assert.False(await IsOfferedAsync(app));
            await ConnectedAsync(app, false);
            Assert.Equal("degraded", (await HealthAsync(app)).GetProperty("checks").GetProperty("mqtt").GetProperty("status").GetString());
            using var over = await GameOverAsync(app);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, over.StatusCode);
        }

        await mosquitto.RunAsync();
        await using var cabinet = await ComeAsync(mosquitto, app, CabinetHabit.Acknowledges);
        var session = await app.Buyer.OpenAsync();
        await app.Provider.PayAsync(session);
        await app.VendAsync(session, VendStatus.Committed);
        await app.SettledAsync();
    }

    [Fact]
    public async Task A_pulse_nobody_subscribes_to_waits_for_its_cabinet_although_it_was_assumed_to_be_there()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var app = await StartAsync(mosquitto, ("Automat:Mqtt:Broker:Presence", "assumed"));
        await ReachableAsync(app, true);
        var session = await app.Buyer.OpenAsync();
        await app.Provider.PayAsync(session);
        await TestApp.EventuallyAsync(() => OutcomeAsync(app), outcome => outcome == "machine_offline");

        await using var cabinet = await Cabinet.ConnectAsync(mosquitto.Port, CabinetHabit.Acknowledges);

        await app.VendAsync(session, VendStatus.Committed);
        Assert.Single(cabinet.Memory.Pulses);
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "S4-06")]
    public async Task The_broker_is_reached_by_tls_with_user_and_password()
    {
        using var authority = new Authority();
        await using var mosquitto = await Mosquitto.StartGuardedAsync(authority, "automat", "p@ss/word");
        var url = $"mqtts://automat:p%40ss%2Fword@127.0.0.1:{mosquitto.Port}";

        await using var app = await TestApp.StartAsync(
            ("Automat:Mqtt:Broker", url), ("Automat:Mqtt:Broker:Ca", authority.File));

        await ConnectedAsync(app, true);
        Assert.DoesNotContain("p@ss", (await HealthAsync(app)).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong password")]
    [InlineData("wrong authority")]
    public async Task A_broker_that_refuses_us_or_is_not_the_one_leaves_the_server_running(string what)
    {
        using var authority = new Authority();
        using var another = new Authority();
        await using var mosquitto = await Mosquitto.StartGuardedAsync(authority, "automat", "right");
        var password = what == "wrong password" ? "wrong" : "right";
        var trusted = what == "wrong authority" ? another : authority;

        await using var app = await TestApp.StartAsync(
            ("Automat:Mqtt:Broker", $"mqtts://automat:{password}@127.0.0.1:{mosquitto.Port}"),
            ("Automat:Mqtt:Broker:Ca", trusted.File));
        await TestApp.EventuallyAsync(
            () => app.Client.GetStringAsync("/metrics"),
            text => text.Contains("mqtt_outside_failures_total", StringComparison.Ordinal));

        await ConnectedAsync(app, false);
        using var page = await app.Client.GetAsync("/m/cab001");
        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
    }

    [Fact]
    public async Task The_end_of_a_game_reaches_the_attract_screen()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var app = await StartAsync(mosquitto);
        await using var screen = new MqttClient(new MqttClientOptions { Port = mosquitto.Port });
        await screen.ConnectAsync();
        await screen.SubscribeAsync("arcade/machine/cab001/gameover");

        using var answer = await GameOverAsync(app);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        Assert.Equal("arcade/machine/cab001/gameover", (await screen.Messages.ReadAsync(limit.Token)).Message.Topic);
    }

    private static async Task<TestApp> StartAsync(Mosquitto mosquitto, params (string, string)[] more)
    {
        var app = await TestApp.StartAsync([("Automat:Mqtt:Broker", mosquitto.Url), .. more]);
        await ConnectedAsync(app, true);
        return app;
    }

    /// <summary>A cabinet that says it is there.</summary>
    private static async Task<Cabinet> ComeAsync(Mosquitto mosquitto, TestApp app, CabinetHabit habit)
    {
        await ConnectedAsync(app, true);
        var cabinet = await Cabinet.ConnectAsync(mosquitto.Port, habit);
        await cabinet.Client.PublishAsync(Status("online"));
        await ReachableAsync(app, true);
        return cabinet;
    }

    /// <summary>Whether its page has anything to buy by.</summary>
    private static async Task<bool> IsOfferedAsync(TestApp app) =>
        (await app.Client.GetStringAsync(new Uri("/m/cab001", UriKind.Relative)))
        .Contains("__RequestVerificationToken", StringComparison.Ordinal);

    private static Task<bool> ReachableAsync(TestApp app, bool wanted) => TestApp.EventuallyAsync(
        () => Task.FromResult(app.Services.GetRequiredService<MachineStatuses>().Of(Cabinet1).Online), there => there == wanted);

    private static Task<bool> ConnectedAsync(TestApp app, bool wanted) => TestApp.EventuallyAsync(
        async () => (await HealthAsync(app)).GetProperty("checks").GetProperty("mqtt").GetProperty("details")
            .GetProperty("connected").GetBoolean(), connected => connected == wanted);

    private static async Task<JsonElement> HealthAsync(TestApp app) =>
        await app.Client.GetFromJsonAsync<JsonElement>(new Uri("/health", UriKind.Relative));

    private static Task<string?> OutcomeAsync(TestApp app) => app.QueryAsync(db => db.Set<MachineCommand>().AsNoTracking()
        .OrderByDescending(c => c.Id).Select(c => c.Outcome).FirstOrDefaultAsync());

    private static async Task<HttpResponseMessage> GameOverAsync(TestApp app)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/gameover")
        {
            Content = JsonContent.Create(new { machine_id = "cab001" }),
        };
        request.Headers.Add("X-API-Key", TestApp.MachineSecret);
        return await app.Client.SendAsync(request);
    }

    private static MqttMessage Status(string text) => Message("arcade/machine/cab001/status", text) with { Retain = true };

    private static MqttMessage Message(string topic, string text) =>
        new() { Topic = topic, Payload = System.Text.Encoding.UTF8.GetBytes(text), Qos = MqttQos.AtLeastOnce };
}
