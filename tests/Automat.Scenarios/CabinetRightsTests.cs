using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Automat.Mqtt;
using Automat.Mqtt.Client;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>Who may make links, end games, and say or hear what: each of these would do harm were its guard not there.</summary>
public sealed class CabinetRightsTests(TwoCabinets shared) : IClassFixture<TwoCabinets>
{
    private const string OtherSecret = TwoCabinets.OtherSecret;

    private readonly TestApp app = shared.App;

    [Theory]
    [Trait("Accepts", "A8")]
    [InlineData(null)]
    [InlineData("not-the-key")]
    [InlineData(TestApp.MachineSecret)]
    public async Task A_payment_link_is_made_for_nobody_without_an_api_key(string? key)
    {
        using var answer = await PostAsync("/create-payment-link", """{"machine_id":"cab001"}""", key);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        Assert.Empty((await app.Provider.StateAsync()).GetProperty("payment_links").EnumerateArray());
    }

    [Theory]
    [Trait("Accepts", "A8")]
    [Trait("Accepts", "S4-05")]
    [InlineData(null)]
    [InlineData("not-the-key")]
    [InlineData(OtherSecret)]
    [Trait("Accepts", "S4-trap-gameover")]
    public async Task A_game_is_ended_by_nobody_but_its_cabinet_and_staff(string? key)
    {
        await using var screen = await ListenAsync("cab001", TestApp.MachineSecret, "arcade/machine/cab001/gameover");

        using var answer = await PostAsync("/gameover", """{"machine_id":"cab001"}""", key);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
        using var allowed = await PostAsync("/gameover", """{"machine_id":"cab001"}""", TestApp.MachineSecret);
        Assert.Equal(HttpStatusCode.OK, allowed.StatusCode);
        await screen.Messages.ReadAsync();
        Assert.False(screen.Messages.TryRead(out _), "The refused call was heard too.");
    }

    [Theory]
    [Trait("Accepts", "A9")]
    [InlineData("cab001/#")]
    [InlineData("+")]
    [InlineData("#")]
    [InlineData("")]
    [InlineData("../cab001")]
    [InlineData("cab001\\u0000")]
    public async Task A_machine_id_that_would_mean_something_in_a_topic_is_refused(string machine)
    {
        using var link = await PostAsync("/create-payment-link", $"{{\"machine_id\":\"{machine}\"}}", TestApp.ApiKey);
        using var over = await PostAsync("/gameover", $"{{\"machine_id\":\"{machine}\"}}", TestApp.ApiKey);

        Assert.Equal("machine_id_invalid", await CodeAsync(link));
        Assert.InRange((int)over.StatusCode, 400, 499);
        Assert.Empty((await app.Provider.StateAsync()).GetProperty("payment_links").EnumerateArray());
    }

    [Theory]
    [Trait("Accepts", "V10")]
    [InlineData("0")]
    [InlineData("-1")]
    [InlineData("101")]
    [InlineData("2147483647")]
    public async Task A_quantity_out_of_bounds_makes_no_link(string quantity)
    {
        using var answer = await PostAsync(
            "/create-payment-link", $"{{\"machine_id\":\"cab001\",\"quantity\":{quantity}}}", TestApp.ApiKey);

        Assert.Equal("quantity_invalid", await CodeAsync(answer));
    }

    [Theory]
    [Trait("Accepts", "A5")]
    [Trait("Accepts", "M14")]
    [InlineData(250, "eur", "amount_not_whole_credits")]
    [InlineData(50, "eur", "amount_not_whole_credits")]
    [InlineData(100, "usd", "currency_mismatch")]
    [InlineData(100, "jpy", "currency_mismatch")]
    public async Task A_price_that_buys_no_whole_credits_is_refused_before_anybody_pays(
        int amount, string currency, string code)
    {
        var price = (await app.Provider.CallAsync("/v1/prices",
            ("unit_amount", amount.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("currency", currency),
            ("product_data[name]", "Credits"))).GetProperty("id").GetString();

        using var answer = await PostAsync(
            "/create-payment-link", $"{{\"machine_id\":\"cab001\",\"price_id\":\"{price}\"}}", TestApp.ApiKey);

        Assert.Equal(code, await CodeAsync(answer));
        Assert.Empty((await app.Provider.StateAsync()).GetProperty("payment_links").EnumerateArray());
    }

    [Fact]
    [Trait("Accepts", "A9")]
    public async Task A_machine_that_is_no_cabinet_or_unknown_gets_no_link()
    {
        foreach (var machine in new[] { "robot-1", "cab999" })
        {
            using var answer = await PostAsync("/create-payment-link", $"{{\"machine_id\":\"{machine}\"}}", TestApp.ApiKey);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Theory]
    [Trait("Accepts", "A10")]
    [Trait("Accepts", "S4-06")]
    [InlineData("cab001", "wrong")]
    [InlineData("cab001", "")]
    [InlineData("cab001", OtherSecret)]
    [InlineData("nobody", TestApp.MachineSecret)]
    [InlineData("", "")]
    public async Task A_cabinet_signs_in_with_its_own_secret_only(string user, string password)
    {
        await using var client = new MqttClient(new MqttClientOptions { Port = app.MqttPort, UserName = user, Password = password });

        await Assert.ThrowsAsync<MqttRefusedException>(() => client.ConnectAsync());
    }

    [Theory]
    [Trait("Accepts", "A10")]
    [InlineData("arcade/machine/cab001/coinpulse")]
    [InlineData("arcade/machine/cab001/gameover")]
    [InlineData("arcade/machine/cab001/ack")]
    [InlineData("arcade/machine/cab002/coinpulse")]
    [InlineData("somewhere/else")]
    public async Task A_cabinet_cannot_give_credits_to_itself_or_say_anything_for_another(string topic)
    {
        await using var game = await ListenAsync("cab001", TestApp.MachineSecret, "arcade/machine/cab001/+");
        await using var thief = await ConnectAsync("cab002", OtherSecret);
        var forged = new MqttMessage
        {
            Topic = topic,
            Qos = MqttQos.AtLeastOnce,
            Payload = Encoding.UTF8.GetBytes("""{"machineId": "cab001", "credits": 99}"""),
        };

        MqttReason? reason = null;
        try
        {
            reason = await thief.PublishAsync(forged);
        }
        catch (MqttDisconnectedException gone)
        {
            reason = gone.Reason;
        }

        Assert.True(reason is null or >= MqttReason.Unspecified, $"It was answered {reason}.");
        using var marker = await PostAsync("/gameover", """{"machine_id":"cab001"}""", TestApp.ApiKey);
        var first = await game.Messages.ReadAsync();
        Assert.Equal("arcade/machine/cab001/gameover", first.Message.Topic);
        Assert.Contains("game_over", Encoding.UTF8.GetString(first.Message.Payload.Span), StringComparison.Ordinal);
    }

    [Theory]
    [Trait("Accepts", "A10")]
    [InlineData("arcade/machine/cab001/coinpulse")]
    [InlineData("arcade/machine/cab001/#")]
    [InlineData("arcade/machine/+/coinpulse")]
    [InlineData("arcade/#")]
    [InlineData("#")]
    public async Task A_cabinet_hears_nothing_meant_for_another(string filter)
    {
        await using var game = await Cabinet.ConnectAsync(app.MqttPort);
        await using var curious = await ConnectAsync("cab002", OtherSecret);
        await curious.SubscribeAsync(filter); // a filter may be wider than the right; what is heard may not
        await curious.SubscribeAsync("arcade/machine/cab002/gameover");

        var session = await app.Provider.NewSessionAsync(100);
        await app.Provider.PayAsync(session);
        await game.PulsesAsync(1);
        using var marker = await PostAsync("/gameover", """{"machine_id":"cab002"}""", TestApp.ApiKey);

        var heard = await curious.Messages.ReadAsync();
        Assert.Equal("arcade/machine/cab002/gameover", heard.Message.Topic);
    }

    private async Task<MqttClient> ConnectAsync(string user, string password)
    {
        var client = new MqttClient(new MqttClientOptions { Port = app.MqttPort, UserName = user, Password = password });
        await client.ConnectAsync();
        return client;
    }

    private async Task<MqttClient> ListenAsync(string user, string password, string filter)
    {
        var client = await ConnectAsync(user, password);
        await client.SubscribeAsync(filter);
        return client;
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string json, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path)
        {
            Content = new StringContent(json, Encoding.UTF8, "application/json"),
        };
        if (key is not null) request.Headers.Add("X-API-Key", key);
        return await app.Client.SendAsync(request);
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString();
}
