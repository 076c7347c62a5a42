using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Scenarios.Fridges;
using Automat.Simulator.Machines;
using Automat.Simulator.Machines.VmFlow;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios.Mqtt;

/// <summary>A fridge and a board whose broker is somebody else's: from the money held to the money taken, over mosquitto.</summary>
public sealed class OutsideMachinesTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("broker-");

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    [Trait("Accepts", "S1-14")]
    [Trait("Accepts", "S1-06")]
    public async Task A_fridge_is_unlocked_tells_its_basket_and_exactly_that_is_captured_over_mosquitto()
    {
        await using var mosquitto = await Mosquitto.StartWithRightsAsync(folder, "automat", "fo-mosquitto", "secret-of-fo-mosquitto");
        await using var app = await TestApp.StartAsync(("Automat:Mqtt:Broker", $"mqtt://automat:secret-of-fo-mosquitto@127.0.0.1:{mosquitto.Port}"));
        foreach (var scope in new[] { "catalog.write", "machine.write", "machine.read", "sales.read" }) await app.AllowAsync(scope);
        var fridges = new LockedFridges(app);
        await fridges.WeighAllAsync();
        await using var fridge = await fridges.GivenFridgeAsync("fo-mosquitto", port: mosquitto.Port);

        var vend = await fridge.VisitAsync(new FridgeVisit { Takes = [Fridge.Cola, Fridge.Cola] });
        var sold = await fridge.BecomesAsync(vend, VendStatus.Committed);

        Assert.Equal(440, sold.Delivered);
        Assert.Single(fridge.Machine.Unlocks);
        await TestApp.EventuallyAsync(
            () => app.QueryAsync(db => db.Set<CardHold>().AsNoTracking().SingleAsync(h => h.VendId == vend)),
            hold => hold is { Status: HoldStatus.Captured, Received: 440 });
        await fridge.ReadyAsync();
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "M8")]
    public async Task A_board_is_given_one_credit_and_tells_what_it_bought_over_mosquitto()
    {
        await using var mosquitto = await Mosquitto.StartAsync();
        await using var app = await TestApp.StartAsync(("Automat:Mqtt:Broker", mosquitto.Url));
        await app.RegisterBoardAsync("vo-mosquitto");
        await using var board = app.StartBoard("vo-mosquitto", port: mosquitto.Port);
        await app.SellsAsync("vo-mosquitto");
        var session = await app.Buyer.OpenAsync("vo-mosquitto");
        await app.Provider.PayAsync(session);

        await board.ComesToAsync(ReaderMode.Idle);
        Assert.True(await board.VendAsync());
        await board.SellCashAsync(120, 12, TimeProvider.System.GetUtcNow(), times: 2);

        Assert.Equal(150, (await app.VendAsync(session, VendStatus.Committed)).Delivered);
        Assert.Equal([150], board.Credits);
        var cash = await TestApp.EventuallyAsync(() => app.ReportsAsync("vo-mosquitto"), reports => reports.Count == 1);
        Assert.NotNull(cash[0].GetProperty("vend").GetString());
        await app.SettledAsync();
    }
}
