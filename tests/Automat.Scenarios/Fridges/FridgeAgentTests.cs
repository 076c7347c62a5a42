using System.Net;
using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Mqtt;
using Automat.Mqtt.Client;
using Automat.Protocol;
using Automat.Simulator.Machines;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios.Fridges;

/// <summary>Fridges with a computer inside, what staff see of baskets, and what is counted.</summary>
public sealed class FridgeAgentTests(LockedFridges shared) : IClassFixture<LockedFridges>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S1-11")]
    public async Task Where_the_agent_counts_its_basket_is_charged_and_seen_while_it_changes()
    {
        await using var fridge = await shared.GivenFridgeAsync(
            "fr-agent", new { basket_from = "agent", agent_within = 60, skus = new { cola = "A1", chips = "A2" } },
            Fridge.Quick with { LockOpenFor = TimeSpan.FromSeconds(20) });
        await using var agent = await AgentAsync("fr-agent");

        var vend = await fridge.VisitAsync(
            new FridgeVisit { Takes = [Fridge.Cola, Fridge.Chips], Counts = ["cola"], HoldsFor = TimeSpan.FromSeconds(2) });
        await TestApp.EventuallyAsync(() => Task.FromResult(fridge.Machine.Unlocks.Count), count => count == 1);
        await TellAsync(agent, "fr-agent", Basket(vend, 2, final: false, 0.5, ("cola", 1)));
        var live = await TestApp.EventuallyAsync(() => LiveAsync(vend), basket => basket.Count == 1);
        Assert.Equal(new BasketItem("A1", 1), live[0]);
        await TellAsync(agent, "fr-agent", Basket(vend, 1, final: false, 0.5)); // late: older than what is shown
        await TellAsync(agent, "fr-agent", Basket(vend, 3, final: true, 0.2, ("chips", 9))); // not sure: evidence, no basket
        await TellAsync(agent, "fr-agent", Basket(vend, 4, final: true, 0.95, ("cola", 1), ("A2", 1)) with
        {
            Temperatures = new Dictionary<string, double> { ["top"] = 4.25 },
        });

        Assert.Equal(220 + 150, (await fridge.BecomesAsync(vend, VendStatus.Committed)).Delivered);
        Assert.Equal("agent", (await fridge.BasketAsync(vend, "settled")).GetProperty("basket").GetProperty("source").GetString());
        var file = await TestApp.EventuallyAsync(
            () => app.StaffAsync(HttpMethod.Get, "/api/v1/machines/fr-agent/temperatures.csv"),
            text => text.Contains("\"top\",425,", StringComparison.Ordinal));
        Assert.NotEmpty(file);
    }

    [Fact]
    public async Task An_agent_that_stays_away_leaves_the_basket_to_a_person_who_finds_it_on_a_page()
    {
        await using var fridge = await shared.GivenFridgeAsync(
            "fr-alone", new { basket_from = "agent", agent_within = 1, skus = new { cola = "A1" } });

        var vend = await fridge.VisitAsync(new FridgeVisit { Takes = [Fridge.Cola] });
        await fridge.BasketAsync(vend, "review");

        var (status, body, _) = await app.CallAsync(HttpMethod.Get, "/api/v1/baskets?status=waiting");
        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Contains(body.GetProperty("items").EnumerateArray(), b => b.GetProperty("id").GetGuid() == vend.Value);
        var operators = await Staff.SignInAsync(app, Staff.Operator);
        var page = await operators.GetAsync("/panel/baskets");
        Assert.Equal(200, page.Status);
        Assert.Contains($"pieces-A1-{vend.Value}", page.Text, StringComparison.Ordinal);
        Assert.Contains("355 g", page.Text, StringComparison.Ordinal);
        var temperatures = await operators.GetAsync("/panel/machines/fr-alone/temperature?day=2026-01-01");
        Assert.Equal(200, temperatures.Status);
        await fridge.DecideAsync(vend, ("A1", 1));
        await fridge.BecomesAsync(vend, VendStatus.Committed);
    }

    [Fact]
    [Trait("Accepts", "S1-08")]
    [Trait("Accepts", "S1-17")]
    public async Task Figures_carry_the_names_dashboards_know_and_no_ids()
    {
        await using var fridge = await shared.GivenFridgeAsync("fr-figures", celsius: 5);
        var vend = await fridge.VisitAsync(new FridgeVisit { Takes = [Fridge.Cola] });
        await fridge.BecomesAsync(vend, VendStatus.Committed);
        await fridge.Machine.SayAsync("door", "nonsense");
        await fridge.BasketAsync(vend, "settled");

        var text = await TestApp.EventuallyAsync(
            () => app.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)),
            all => all.Contains("visionvend_mqtt_errors_total{type=\"malformed\"}", StringComparison.Ordinal));

        foreach (var name in new[]
        {
            "visionvend_http_requests_total{endpoint=", "visionvend_http_request_duration_seconds_bucket{endpoint=", "visionvend_transactions_total ",
            "visionvend_transaction_items_total ", "visionvend_unlock_requests_total ", "visionvend_payment_requests_total ",
            "visionvend_mqtt_messages_published_total{topic=\"cmd\"}", "visionvend_mqtt_messages_received_total{topic=\"status\"}",
            "visionvend_mqtt_connected ", "visionvend_door_state ", "visionvend_temperature ", "visionvend_system_cpu_usage ",
            "visionvend_system_memory_usage ", "visionvend_system_disk_usage ", "visionvend_transaction_value{currency=\"EUR\"} ",
        })
        {
            Assert.True(text.Contains("\n" + name, StringComparison.Ordinal), name);
        }

        Assert.DoesNotContain("fr-figures", text, StringComparison.Ordinal);
        Assert.DoesNotContain(vend.Value.ToString(), text, StringComparison.Ordinal);
        Assert.Contains("le=\"0.075\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_was_restarted_while_the_door_was_open_settles_what_the_door_tells_then()
    {
        // The fridge keeps its door open over the restart, and its controller tells the basket to the new server.
        await using var own = await TestApp.StartAsync();
        foreach (var scope in new[] { "catalog.write", "machine.write", "machine.read", "sales.read" }) await own.AllowAsync(scope);
        var fridges = new LockedFridges(own);
        await fridges.WeighAllAsync();
        Id<Vend> vend;
        await using (var before = await fridges.GivenFridgeAsync("fr-restart", timing: Fridge.Quick with { LockOpenFor = TimeSpan.FromMinutes(1) }))
        {
            vend = await before.VisitAsync(new FridgeVisit { Takes = [Fridge.Cola], HoldsFor = TimeSpan.FromSeconds(50) });
            await TestApp.EventuallyAsync(() => Task.FromResult(before.Machine.Unlocks.Count), count => count == 1);
        }

        await own.RestartAsync();
        await own.GiveSecretAsync("fr-restart", "secret-of-fr-restart"); // a demo gives all its machines one secret when it starts
        await using var after = new Fridge(own, "fr-restart", Fridge.Quick, celsius: null);
        await after.OnlineAsync();
        await after.BecomesAsync(vend, VendStatus.Unknown);
        await after.Machine.SayAsync("door", SimulatedFridge.Sign($"{vend.Value:N}:cola:355.0", "secret-of-fr-restart"));

        Assert.Equal(220, (await after.BecomesAsync(vend, VendStatus.Committed)).Delivered);
        Assert.Empty(after.Machine.Unlocks); // nobody is let in a second time
        await own.VerifyBooksAsync();
    }

    private async Task<MqttClient> AgentAsync(string fridge)
    {
        var agent = new MqttClient(new MqttClientOptions
        {
            Port = app.MqttPort,
            UserName = fridge,
            Password = $"secret-of-{fridge}",
            ClientId = $"{fridge}-agent",
        });
        await agent.ConnectAsync();
        return agent;
    }

    private static Task<MqttReason> TellAsync(MqttClient agent, string fridge, AgentMessage message) => agent.PublishAsync(new MqttMessage
    {
        Topic = $"case/{fridge}/agent",
        Payload = JsonSerializer.SerializeToUtf8Bytes(message, ProtocolJson.Default.AgentMessage),
        Qos = MqttQos.AtLeastOnce,
    });

    private static AgentMessage Basket(
        Id<Vend> vend, int sequence, bool final, double confidence, params (string Sku, int Quantity)[] items) => new()
        {
            Id = Guid.CreateVersion7(),
            At = 1_796_041_200,
            Basket = new AgentBasket
            {
                Transaction = vend.Value.ToString("N"),
                Sequence = sequence,
                Final = final,
                Confidence = confidence,
                Items = [.. items.Select(i => new AgentItem { Sku = i.Sku, Quantity = i.Quantity })],
            },
        };

    private Task<IReadOnlyList<BasketItem>> LiveAsync(Id<Vend> vend) =>
        app.QueryAsync(async db => (await db.Set<CardHold>().AsNoTracking().SingleAsync(h => h.VendId == vend)).Basket);
}
