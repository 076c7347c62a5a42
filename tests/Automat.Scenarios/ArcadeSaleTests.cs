using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Automat.Mqtt.Client;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>From the provider's webhook to the cabinet's coin pulse.</summary>
public sealed class ArcadeSaleTests
{
    [Fact]
    [Trait("Accepts", "S4-04")]
    public async Task A_paid_link_pulses_the_cabinet_once()
    {
        await using var app = await TestApp.StartAsync();
        await using var cabinet = new MqttClient(new MqttClientOptions
        {
            Port = app.MqttPort,
            UserName = "cab001",
            Password = TestApp.MachineSecret,
            ClientId = "game",
        });
        await cabinet.ConnectAsync();
        await cabinet.SubscribeAsync("arcade/machine/+/coinpulse");
        using var ask = new HttpRequestMessage(HttpMethod.Post, "/create-payment-link")
        {
            Content = JsonContent.Create(new { machine_id = "cab001", quantity = 2 }),
        };
        ask.Headers.Add("X-API-Key", TestApp.ApiKey);
        var answer = await app.Client.SendAsync(ask);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var url = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("url").GetString()!;
        Assert.EndsWith("?client_reference_id=cab001", url, StringComparison.Ordinal);

        var page = await app.Client.GetAsync(new Uri(url));
        var session = page.RequestMessage!.RequestUri!.ToString();
        Assert.NotNull(session);
    }
}
