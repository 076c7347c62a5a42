using System.Net;
using Automat.Simulator.Machines;
using Automat.Testing;

namespace Automat.Scenarios.Fridges;

/// <summary>Temperatures, and what they forbid.</summary>
public sealed class ColdFridgeTests(LockedFridges shared) : IClassFixture<LockedFridges>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S1-01")]
    public async Task Goods_that_were_too_warm_are_not_sold_until_it_is_cold_again_and_the_inspector_sees_it()
    {
        await using var fridge = await shared.GivenFridgeAsync(
            "fr-warm", new { warmest_allowed = 8, warm_minutes = 0, skus = new { cola = "A1" } }, celsius: 5.5);

        fridge.Machine.Celsius = 12.25;
        await fridge.WhyNotAsync("machine_faulted");
        var refused = await Assert.ThrowsAsync<Automat.Domain.RuleException>(() => fridge.VisitAsync(new FridgeVisit()));
        Assert.Equal("machine_faulted", refused.Code);
        fridge.Machine.Celsius = 4;
        await fridge.ReadyAsync();

        var file = await TestApp.EventuallyAsync(
            () => app.StaffAsync(HttpMethod.Get, "/api/v1/machines/fr-warm/temperatures.csv"),
            text => text.Contains(",1225,", StringComparison.Ordinal));
        Assert.StartsWith("\"minute_utc\",\"sensor\",\"lowest_hundredths_celsius\"", file, StringComparison.Ordinal);
        Assert.Contains("\"inside\"", file, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fridge_that_should_tell_how_warm_it_is_and_does_not_sells_nothing()
    {
        await using var fridge = await shared.GivenFridgeAsync("fr-blind", new { warmest_allowed = 8 }, ready: false);

        await fridge.WhyNotAsync("machine_faulted");
        fridge.Machine.Celsius = 4;
        await fridge.ReadyAsync();
    }

    [Fact]
    public async Task Somebody_elses_temperatures_and_days_that_are_none_are_refused()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await app.CallAsync(HttpMethod.Get, "/api/v1/machines/nobody/temperatures.csv")).Status);
        var (status, body, _) = await app.CallAsync(HttpMethod.Get, "/api/v1/machines/fridge-1/temperatures.csv?from=yesterday");

        Assert.Equal((HttpStatusCode.UnprocessableEntity, "range_invalid"), (status, body.GetProperty("code").GetString()));
    }
}
