using System.Net;
using System.Text.Json;
using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Machines;
using Automat.Server.Vends;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>An app with a machine that has a door and holds 10.00 before it opens; its slots are dear and cheap.</summary>
public sealed class FridgeApp : SharedApp
{
    /// <summary>The machine.</summary>
    public const string Fridge = "door-1";

    /// <summary>Minor units held.</summary>
    public const long Hold = 1_000;

    /// <summary>A card that pays while its customer is there, and is declined without them.</summary>
    public const string AskingCard = "4000002760003184";

    public override async ValueTask InitializeAsync()
    {
        await StartAsync(("Automat:Debts:FirstPause", "00:00:00.2"), ("Automat:Debts:LongestPause", "00:00:30"));
        await App.SetUpAsync("update machines set state = 'Retired' where id = 'fridge-1'"); // the demo's, so that there is one
        await GivenDoorAsync(Fridge);
        App.Hand.Answer(DeliveryOutcome.Delivered, "door_unlocked");
    }

    /// <summary>One more machine with a door.</summary>
    public async Task GivenDoorAsync(string id)
    {
        await App.GivenMachineAsync(id);
        await App.SetUpAsync(
            $"insert into slots select (jsonb_populate_record(s, '{{\"code\": \"B2\", \"price\": 700}}'::jsonb)).* "
            + $"from slots s where machine_id = '{id}' and code = 'A1'");
        await App.SetMachineAsync(id, $$"""{"hold_amount": {{Hold}}}""");
        await App.SetUpAsync($"update slots set stock = 1000, capacity = 2000 where machine_id = '{id}'");
        App.Services.GetRequiredService<MachineChanges>().Tell(MachineId.Parse(id));
    }

    /// <summary>A customer scans the code, has the card authorised, and the door is open.</summary>
    public async Task<Vend> OpenAsync(string machine = Fridge, string? card = null)
    {
        var session = await App.Buyer.OpenAsync(machine);
        await App.Provider.ControlAsync(
            $"checkout/sessions/{session}/pay", new { email = Provider.CustomerEmail, method = "card", card = card ?? "4242424242424242" });
        return await App.VendAsync(session, VendStatus.Delivering);
    }


    /// <summary>Tells what was taken.</summary>
    public Task<BasketOutcome> CloseAsync(Vend vend, params BasketItem[] items) =>
        App.Services.GetRequiredService<BasketSettlement>().SettleAsync(vend.Id, items, "weights", default);

    /// <summary>The hold of a sale, once it has come to be so.</summary>
    public async Task<CardHold> HoldAsync(Vend vend, HoldStatus status) => (await TestApp.EventuallyAsync(
        () => App.QueryAsync(db => db.Set<CardHold>().AsNoTracking().SingleOrDefaultAsync(h => h.VendId == vend.Id)),
        hold => hold?.Status == status))!;

    /// <summary>What a sale left open, once it has come to be so.</summary>
    public async Task<Debt> DebtAsync(Vend vend, Func<Debt, bool> holds) => (await TestApp.EventuallyAsync(
        () => App.QueryAsync(db => db.Set<Debt>().AsNoTracking().SingleOrDefaultAsync(d => d.VendId == vend.Id)),
        debt => debt is not null && holds(debt)))!;

    /// <summary>A payment as the provider has it.</summary>
    public async Task<JsonElement> IntentAsync(Vend vend) => (await App.Provider.StateAsync()).GetProperty("payment_intents")
        .EnumerateArray().Single(i => i.GetProperty("id").GetString() == vend.Intent);

    /// <summary>Whether the books and the provider agree on every cent.</summary>
    public Task AgreeAsync() => Reckoning.AgreeAsync(App.Database, App.Provider, settled: false);

    /// <summary>The customer's page.</summary>
    public Task<string> PageAsync(Vend vend) => PageAsync($"/vends/{vend.Session}");

    /// <summary>A page as its reader sees it.</summary>
    public async Task<string> PageAsync(string path) =>
        WebUtility.HtmlDecode(await App.Client.GetStringAsync(new Uri(path, UriKind.Relative)));

}
