using System.Net;
using System.Text;
using Automat.Domain.Vends;
using Automat.Mqtt;
using Automat.Mqtt.Client;
using Automat.Server.Machines.Drivers.Fridge;
using Automat.Simulator.Machines;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Automat.Scenarios.Fridges;

/// <summary>What a fridge with a lock controller promises, over the real broker, as its firmware speaks.</summary>
public sealed class FridgeDoorTests(LockedFridges shared) : IClassFixture<LockedFridges>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S1-02")]
    [Trait("Accepts", "S1-06")]
    [Trait("Accepts", "S1-14")]
    public async Task A_basket_told_by_the_controller_is_charged_to_the_cent()
    {
        await using var fridge = await shared.GivenFridgeAsync("fr-basket");

        var vend = await fridge.VisitAsync(new FridgeVisit { Takes = [Fridge.Cola, Fridge.Cola, Fridge.Chips] });
        var sold = await fridge.BecomesAsync(vend, VendStatus.Committed);

        Assert.Equal(220 + 220 + 150, sold.Delivered);
        Assert.Equal("told", (await fridge.BasketAsync(vend, "settled")).GetProperty("basket").GetProperty("evidence").GetString());
        Assert.Equal(vend.Value.ToString("N"), Assert.Single(fridge.Machine.Unlocks));
        await fridge.ReadyAsync();
    }

    [Fact]
    [Trait("Accepts", "S1-02")]
    public async Task A_door_that_was_never_opened_and_an_empty_basket_cost_nothing()
    {
        await using var fridge = await shared.GivenFridgeAsync("fr-nothing");

        var shut = await fridge.VisitAsync(new FridgeVisit { Opens = false });
        await fridge.BecomesAsync(shut, VendStatus.Cancelled);
        Assert.Equal("never_opened", (await fridge.BasketAsync(shut, "released")).GetProperty("basket").GetProperty("evidence").GetString());
        await fridge.ReadyAsync();
        var looked = await fridge.VisitAsync(new FridgeVisit());
        await fridge.BecomesAsync(looked, VendStatus.Cancelled);

        await fridge.BasketAsync(looked, "released");
    }

    [Fact]
    [Trait("Accepts", "S1-02")]
    public async Task A_door_held_open_past_the_controllers_patience_is_an_alarm_and_nothing_is_given_away()
    {
        await using var fridge = await shared.GivenFridgeAsync("fr-held");

        var vend = await fridge.VisitAsync(new FridgeVisit { Takes = [Fridge.Cola], HoldsFor = TimeSpan.FromSeconds(4) });
        var held = await fridge.BasketAsync(vend, "held_open");
        Assert.Equal("door_held_open", held.GetProperty("basket").GetProperty("evidence").GetString());
        await fridge.WhyNotAsync("machine_busy");
        var waiting = (await fridge.BasketAsync(vend, "review")).GetProperty("basket");

        Assert.Equal("door_held_open", waiting.GetProperty("evidence").GetString());
        Assert.Equal(355, waiting.GetProperty("lighter_grams").GetDecimal());
        await fridge.BecomesAsync(vend, VendStatus.Unknown);

        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await fridge.DecideAsync(vend, ("Z9", 1))).Status);
        Assert.Equal(HttpStatusCode.OK, (await fridge.DecideAsync(vend, ("A1", 1))).Status);
        Assert.Equal(220, (await fridge.BecomesAsync(vend, VendStatus.Committed)).Delivered);
        Assert.Equal(HttpStatusCode.Conflict, (await fridge.DecideAsync(vend)).Status);
        await fridge.ReadyAsync();
    }

    [Fact]
    public async Task Power_lost_at_an_open_door_is_a_doubt_with_evidence_until_a_person_decides()
    {
        await using var fridge = await shared.GivenFridgeAsync("fr-power");

        var vend = await fridge.VisitAsync(new FridgeVisit { Takes = [Fridge.Chips], LosesPower = true });
        var doubt = await fridge.BecomesAsync(vend, VendStatus.Unknown);
        var basket = await fridge.BasketAsync(vend, "doubtful");

        Assert.Equal("connection_lost", doubt.Reason);
        await fridge.ReadyAsync(); // it is back and closed: the next customer need not wait for a decision
        Assert.Contains("connection lost", basket.GetProperty("evidence").EnumerateArray().Select(w => w.GetProperty("text").GetString()));
        Assert.Equal(HttpStatusCode.OK, (await fridge.DecideAsync(vend)).Status);
        await fridge.BecomesAsync(vend, VendStatus.Cancelled);
        await fridge.ReadyAsync();
    }

    [Fact]
    public async Task What_is_told_after_the_silence_became_a_doubt_is_settled_all_the_same()
    {
        await using var fridge = await shared.GivenFridgeAsync(
            "fr-late", new { silent_at_most = 2, confirm_within = 1, skus = new { cola = "A1" } },
            Fridge.Quick with { LockOpenFor = TimeSpan.FromSeconds(30) });

        var vend = await fridge.VisitAsync(new FridgeVisit { Takes = [Fridge.Cola], HoldsFor = TimeSpan.FromSeconds(8) });
        Assert.Equal("no_answer", (await fridge.BecomesAsync(vend, VendStatus.Unknown)).Reason);

        Assert.Equal(220, (await fridge.BecomesAsync(vend, VendStatus.Committed)).Delivered);
    }

    [Fact]
    [Trait("Accepts", "M15")]
    public async Task Goods_named_after_a_visit_ended_without_a_word_are_paid_and_what_does_not_weigh_so_waits_for_a_person()
    {
        await using var fridge = await shared.GivenFridgeAsync(
            "fr-at-last", new { silent_at_most = 2, skus = new { cola = "A1" } },
            Fridge.Quick with { LockOpenFor = TimeSpan.FromMinutes(5) });
        var first = await fridge.VisitAsync(new FridgeVisit { Opens = false });
        await TestApp.EventuallyAsync(
            async () =>
            {
                // A controller that tells of its door while it waits for it: closed, all the time.
                await fridge.Machine.SayAsync("status", """{"door":"closed","mass":[10000.0],"vcc":3.3}""");
                return (await app.QueryAsync(db => db.Set<Vend>().AsNoTracking().SingleAsync(v => v.Id == first))).Status;
            }, status => status is VendStatus.Cancelled);

        await fridge.Machine.SayAsync("door", SimulatedFridge.Sign($"{first.Value:N}:cola:100.0", "secret-of-fr-at-last"));
        await fridge.BasketAsync(first, "review");
        await app.Services.GetServices<IHostedService>().OfType<DoorSweep>().Single().SweepAsync(TestContext.Current.CancellationToken);
        var waiting = (await app.CallAsync(HttpMethod.Get, "/api/v1/baskets?status=waiting")).Body.GetProperty("items");
        var decided = await fridge.DecideAsync(first, ("A1", 1));

        Assert.Contains(waiting.EnumerateArray(), b => b.GetProperty("id").GetGuid() == first.Value);
        Assert.Equal(HttpStatusCode.OK, decided.Status);
        var paid = await fridge.BecomesAsync(first, VendStatus.Committed);
        Assert.Equal((220, true), (paid.Delivered, paid.Late));
        await app.VerifyBooksAsync();
    }

    [Fact]
    [Trait("Accepts", "S1-06")]
    public async Task What_is_said_again_changes_nothing_neither_of_this_visit_nor_of_another()
    {
        await using var fridge = await shared.GivenFridgeAsync("fr-replay");

        var first = await fridge.VisitAsync(new FridgeVisit());
        await fridge.BecomesAsync(first, VendStatus.Cancelled);
        await fridge.ReadyAsync();
        var second = await fridge.VisitAsync(new FridgeVisit { Takes = [Fridge.Cola], Replays = true });
        await fridge.BecomesAsync(second, VendStatus.Committed);
        await fridge.ReadyAsync();
        var third = await fridge.VisitAsync(new FridgeVisit { Opens = false, Replays = true });
        await fridge.BecomesAsync(third, VendStatus.Cancelled);

        // Recorded words of a visit that took something do not free it afterwards either.
        await fridge.Machine.SayAsync("door", SimulatedFridge.Sign($"{second.Value:N}::0", "secret-of-fr-replay"));
        await fridge.ReadyAsync();
        Assert.Equal(220, (await fridge.BecomesAsync(second, VendStatus.Committed)).Delivered);
        await fridge.BecomesAsync(first, VendStatus.Cancelled);
        Assert.Equal(3, fridge.Machine.Unlocks.Count);
    }

    [Fact]
    public async Task A_fridge_that_counts_wrong_charges_nobody_wrong()
    {
        await using var fridge = await shared.GivenFridgeAsync("fr-wrong");

        // As firmware is: whatever was taken, it says "cola", once.
        var vend = await fridge.VisitAsync(new FridgeVisit { Takes = [Fridge.Cola, Fridge.Cola], Counts = ["cola"] });
        var basket = (await fridge.BasketAsync(vend, "review")).GetProperty("basket");
        Assert.Equal(("more_missing", 355m, 710m), (
            basket.GetProperty("evidence").GetString(), basket.GetProperty("expected_grams").GetDecimal(),
            basket.GetProperty("lighter_grams").GetDecimal()));
        await fridge.DecideAsync(vend, ("A1", 2));
        Assert.Equal(440, (await fridge.BecomesAsync(vend, VendStatus.Committed)).Delivered);

        await fridge.ReadyAsync();
        var unknown = await fridge.VisitAsync(new FridgeVisit { Takes = [Fridge.Chips], Counts = ["caviar"] });
        Assert.Equal("sku_unknown", (await fridge.BasketAsync(unknown, "review")).GetProperty("basket").GetProperty("evidence").GetString());
        await fridge.DecideAsync(unknown, ("A2", 1));
        Assert.Equal(150, (await fridge.BecomesAsync(unknown, VendStatus.Committed)).Delivered);
    }

    [Fact]
    [Trait("Accepts", "S1-06")]
    public async Task A_fridge_never_speaks_for_another_and_an_unsigned_word_counts_for_nothing()
    {
        await using var fridge = await shared.GivenFridgeAsync("fr-mine", timing: Fridge.Quick with { LockOpenFor = TimeSpan.FromSeconds(20) });
        await using var other = await shared.GivenFridgeAsync("fr-yours");

        var vend = await fridge.VisitAsync(new FridgeVisit { Takes = [Fridge.Cola], HoldsFor = TimeSpan.FromSeconds(3) });
        var transaction = vend.Value.ToString("N");
        await TestApp.EventuallyAsync(() => Task.FromResult(fridge.Machine.Unlocks.Count), count => count == 1);
        await other.Machine.SayAsync("door", SimulatedFridge.Sign($"{transaction}:chips:70.0", "secret-of-fr-yours"));
        await fridge.Machine.SayAsync("door", SimulatedFridge.Sign($"{transaction}:chips:70.0", "secret-of-fr-yours"));
        await fridge.Machine.SayAsync("door", $"{transaction}:chips:70.0");
        foreach (var broken in new[] { "", "|", "||", "::|", transaction, "\0", new string('x', 5_000), $"{transaction}:a:b:c|00" })
        {
            await fridge.Machine.SayAsync("door", broken);
            await fridge.Machine.SayAsync("status", broken);
            await fridge.Machine.SayAsync("agent", broken);
        }

        Assert.Equal(220, (await fridge.BecomesAsync(vend, VendStatus.Committed)).Delivered);
        await fridge.ReadyAsync();
    }

    [Fact]
    [Trait("Accepts", "S1-06")]
    public async Task A_controller_subscribes_as_its_firmware_does_and_reads_and_writes_nobody_elses_topics()
    {
        await using var fridge = await shared.GivenFridgeAsync("fr-topics");
        await using var thief = new MqttClient(new MqttClientOptions
        {
            Port = app.MqttPort,
            UserName = "cab001",
            Password = TestApp.MachineSecret,
            Version = MqttVersion.V5,
        });
        await thief.ConnectAsync();

        Assert.Equal(MqttReason.NotAuthorized, await thief.SubscribeAsync("case/fr-topics/cmd"));
        var vend = await fridge.VisitAsync(new FridgeVisit { Takes = [Fridge.Chips], HoldsFor = TimeSpan.FromMilliseconds(600) });
        await Record.ExceptionAsync(() => thief.PublishAsync(new MqttMessage
        {
            Topic = "case/fr-topics/door",
            Payload = Encoding.UTF8.GetBytes(SimulatedFridge.Sign($"{vend.Value:N}::0", "secret-of-fr-topics")),
            Qos = MqttQos.AtLeastOnce,
        }));

        Assert.Equal(150, (await fridge.BecomesAsync(vend, VendStatus.Committed)).Delivered);
    }

    [Fact]
    [Trait("Accepts", "S1-06")]
    public async Task Firmware_that_knows_no_password_is_let_in_only_from_where_its_fridge_says()
    {
        await using var known = await shared.GivenFridgeAsync("fr-old", new { client_id = "old_controller", allow = new[] { "127.0.0.1" } }, ready: false);
        await using var elsewhere = await shared.GivenFridgeAsync("fr-far", new { client_id = "far_controller", allow = new[] { "203.0.113.0/24" } }, ready: false);
        MqttClientOptions Nameless(string id) => new() { Port = app.MqttPort, ClientId = id, Version = MqttVersion.V311 };

        await using var controller = new MqttClient(Nameless("old_controller"));
        await controller.ConnectAsync();
        Assert.Equal(MqttReason.Success, await controller.SubscribeAsync("case/fr-old/cmd", MqttQos.AtMostOnce));
        Assert.Equal(MqttReason.Success, await controller.SubscribeAsync("case/fr-old/status", MqttQos.AtMostOnce));
        Assert.NotEqual(MqttReason.Success, await controller.SubscribeAsync("case/fr-far/cmd", MqttQos.AtMostOnce));

        foreach (var id in new[] { "far_controller", "any_controller" })
        {
            await using var stranger = new MqttClient(Nameless(id));
            await Assert.ThrowsAsync<MqttRefusedException>(() => stranger.ConnectAsync());
        }
    }
}
