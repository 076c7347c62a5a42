using System.Net;
using System.Text.Json;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Payments;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>Programs open a fridge for their customers: with a key, a saved card, and answers existing clients understand.</summary>
[Trait("Accepts", "S1-17")]
public sealed class UnlockTests(FridgeApp fridge) : IClassFixture<FridgeApp>
{
    private TestApp App => fridge.App;

    [Fact]
    public async Task Without_a_key_or_without_the_right_nobody_unlocks_or_saves_a_card()
    {
        var stranger = await App.CallAsync(HttpMethod.Post, "/unlock", new { id = "abc" }, key: null);
        var saving = await App.CallAsync(HttpMethod.Post, "/save-payment", new { paymentMethodId = "pm_card_visa" }, key: null);

        Assert.Equal((HttpStatusCode.Unauthorized, HttpStatusCode.Unauthorized), (stranger.Status, saving.Status));
    }

    [Fact]
    public async Task A_saved_card_is_held_once_for_an_id_and_settles_like_any_other()
    {
        await GivenCardAsync("pm_card_visa");

        var first = await UnlockAsync("1a1fb206a7f");
        var again = await UnlockAsync("1a1fb206a7f");
        var nameless = await App.CallAsync(HttpMethod.Post, "/unlock", new { });

        Assert.Equal(("success", "1a1fb206a7f"), (first.Text("status"), first.Text("transaction_id")));
        Assert.Equal(first.GetProperty("vend").GetGuid(), again.GetProperty("vend").GetGuid());
        Assert.Equal(32, nameless.Body.Text("transaction_id").Length);
        var vend = await VendAsync(first, VendStatus.Delivering);
        Assert.Single((await App.Provider.StateAsync()).GetProperty("payment_intents").EnumerateArray(), i => i.GetProperty("id").GetString() == vend.Intent);
        await fridge.CloseAsync(vend, new BasketItem("A1", 2));
        await fridge.HoldAsync(vend, HoldStatus.Captured);
        Assert.Equal(300, (await fridge.IntentAsync(vend)).GetProperty("amount_received").GetInt64());
        await fridge.CloseAsync(await VendAsync(nameless.Body, VendStatus.Delivering));
        await fridge.AgreeAsync();
    }

    [Fact]
    public async Task The_same_caller_is_the_same_customer_and_errors_say_so_at_both_places()
    {
        var one = await GivenCardAsync("pm_card_visa");
        var two = await GivenCardAsync("pm_card_mastercard");
        var missing = await App.CallAsync(HttpMethod.Post, "/save-payment", new { });
        var unknown = await App.CallAsync(HttpMethod.Post, "/save-payment", new { paymentMethodId = "pm_nobody" });
        var malformed = await App.CallAsync(HttpMethod.Post, "/unlock", new { id = "a:b|c" });
        var nowhere = await App.CallAsync(HttpMethod.Post, "/unlock", new { id = "n1", machine = "nowhere" });
        var cardless = await App.CallAsync(HttpMethod.Post, "/unlock", new { id = "n2", customer_id = "cus_nobody" });

        Assert.Equal(one, two);
        Assert.Equal((HttpStatusCode.BadRequest, "Missing paymentMethodId"), (missing.Status, missing.Body.Text("message")));
        Assert.Equal((HttpStatusCode.BadRequest, "provider_refused"), (unknown.Status, unknown.Body.Text("code")));
        Assert.Equal((HttpStatusCode.BadRequest, "id_invalid"), (malformed.Status, malformed.Body.Text("code")));
        Assert.Equal((HttpStatusCode.NotFound, "machine_unknown"), (nowhere.Status, nowhere.Body.Text("code")));
        Assert.Equal("saved_card_missing", cardless.Body.Text("code"));
        Assert.All(new[] { missing.Body, unknown.Body, malformed.Body, nowhere.Body, cardless.Body }, body =>
        {
            Assert.Equal("error", body.Text("status"));
            Assert.Equal("error", body.GetProperty("detail").Text("status"));
            Assert.Equal(body.Text("message"), body.GetProperty("detail").Text("message"));
        });
    }

    [Fact]
    public async Task A_card_its_bank_asks_about_opens_no_door_and_holds_nothing()
    {
        await GivenCardAsync("pm_card_authenticationRequired");

        var refused = await App.CallAsync(HttpMethod.Post, "/unlock", new { id = "asks" });

        Assert.Equal((HttpStatusCode.BadRequest, "provider_refused"), (refused.Status, refused.Body.Text("code")));
        Assert.Equal(PurchaseStatus.Closed, await App.QueryAsync(db => db.Set<Purchase>().OrderByDescending(p => p.CreatedAt)
            .Select(p => p.Status).FirstAsync()));
        await fridge.AgreeAsync();
    }

    [Fact]
    [Trait("Accepts", "M9")]
    public async Task A_hold_whose_answer_was_lost_is_found_and_the_same_request_finishes_it()
    {
        await GivenCardAsync("pm_card_visa");
        await App.Provider.MisbehaveAsync(new
        {
            api = new { lose_answer_next = 6, only = "POST /v1/payment_intents" },
            webhooks = new { drop_all = true },
        });

        var lost = await App.CallAsync(HttpMethod.Post, "/unlock", new { id = "lost" });
        await App.Provider.MisbehaveAsync(new { });
        var found = await UnlockAsync("lost");

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "provider_unavailable"), (lost.Status, lost.Body.Text("code")));
        var vend = await VendAsync(found, VendStatus.Delivering);
        Assert.Equal(1, (await App.Provider.StateAsync()).GetProperty("payment_intents").EnumerateArray()
            .Count(i => i.GetProperty("status").GetString() == "requires_capture"));
        await fridge.CloseAsync(vend);
        await fridge.HoldAsync(vend, HoldStatus.Released);
        await fridge.AgreeAsync();
    }

    private async Task<JsonElement> UnlockAsync(string id)
    {
        var (status, body, _) = await App.CallAsync(HttpMethod.Post, "/unlock", new { id, machine = FridgeApp.Fridge });
        Assert.True(status is HttpStatusCode.OK, body.ToString());
        return body;
    }

    private async Task<string> GivenCardAsync(string method)
    {
        await App.SetUpAsync("update api_tokens set scopes = array_append(scopes, 'fridge.unlock') where not 'fridge.unlock' = any(scopes)");
        var (status, body, _) = await App.CallAsync(HttpMethod.Post, "/save-payment", new { paymentMethodId = method });
        Assert.True(status is HttpStatusCode.OK, body.ToString());
        return body.Text("customer_id");
    }

    private async Task<Vend> VendAsync(JsonElement answer, VendStatus status)
    {
        var id = new Automat.Domain.Id<Vend>(answer.GetProperty("vend").GetGuid());
        return (await TestApp.EventuallyAsync(
            () => App.QueryAsync(db => db.Set<Vend>().AsNoTracking().SingleOrDefaultAsync(v => v.Id == id)), v => v?.Status == status))!;
    }
}

internal static class JsonTexts
{
    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;
}
