using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Machines;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>A fridge's money through outages: what was decided is done, once, whatever dies in between.</summary>
public sealed class HoldOutageTests(FridgeApp fridge) : IClassFixture<FridgeApp>
{
    private TestApp App => fridge.App;

    [Fact]
    [Trait("Accepts", "M9")]
    public async Task A_capture_the_provider_could_not_take_is_sent_again_until_it_has()
    {
        var vend = await fridge.OpenAsync();
        await App.Provider.MisbehaveAsync(new { api = new { fail_next = 7, fail_status = 503, only = "/capture" } });

        await fridge.CloseAsync(vend, new BasketItem("A1", 1));

        await fridge.HoldAsync(vend, HoldStatus.Captured);
        Assert.Equal(150, (await fridge.IntentAsync(vend)).GetProperty("amount_received").GetInt64());
        await App.Provider.MisbehaveAsync(new { });
        await fridge.AgreeAsync();
    }

    [Fact]
    [Trait("Accepts", "M9")]
    public async Task A_capture_whose_answer_and_webhook_were_lost_is_found_and_made_once()
    {
        var vend = await fridge.OpenAsync();
        await App.Provider.MisbehaveAsync(new
        {
            api = new { lose_answer_next = 7, only = "/capture" },
            webhooks = new { drop_all = true },
        });

        await fridge.CloseAsync(vend, new BasketItem("A1", 1));

        await fridge.HoldAsync(vend, HoldStatus.Captured);
        await App.Provider.MisbehaveAsync(new { });
        await fridge.AgreeAsync();
    }

    [Fact]
    public async Task A_hold_whose_webhooks_never_came_opens_the_door_all_the_same()
    {
        await App.Provider.MisbehaveAsync(new { webhooks = new { drop_all = true } });
        var session = await App.Buyer.OpenAsync(FridgeApp.Fridge);
        await App.Provider.PayAsync(session);

        // The page the customer comes back to follows live, and asks the provider when nobody tells.
        using var following = await App.Client.GetAsync(
            new Uri($"/vends/{session}/events", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
        var vend = await App.VendAsync(session, VendStatus.Delivering);

        await App.Provider.MisbehaveAsync(new { });
        await fridge.CloseAsync(vend);
        await fridge.HoldAsync(vend, HoldStatus.Released);
        await fridge.AgreeAsync();
    }

    [Fact]
    [Trait("Accepts", "M15")]
    public async Task A_restart_between_the_basket_and_its_capture_loses_nothing()
    {
        var vend = await fridge.OpenAsync();
        await App.Provider.MisbehaveAsync(new { api = new { fail_next = 1000, fail_status = 503, only = "/capture" } });
        await fridge.CloseAsync(vend, new BasketItem("B2", 2));
        await fridge.HoldAsync(vend, HoldStatus.Capturing);

        await App.RestartAsync();
        await App.Provider.MisbehaveAsync(new { });

        var hold = await fridge.HoldAsync(vend, HoldStatus.Captured);
        Assert.Equal((1_000, 1_000), (hold.Wanted, hold.Received));
        await fridge.DebtAsync(vend, d => d.Status is DebtStatus.Paid);
        App.Hand.Answer(DeliveryOutcome.Delivered, "door_unlocked");
        await fridge.AgreeAsync();
    }
}
