using Automat.Domain.Vends;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>Cents, currencies, quantities and names that do not fit: refused before paying, or paid back.</summary>
public sealed class AmountTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly TestApp app = shared.App;

    [Theory]
    [Trait("Accepts", "M14")]
    [Trait("Accepts", "A5")]
    [Trait("Accepts", "V9")]
    [InlineData(250, "eur", 2, 50)]
    [InlineData(115, "eur", 1, 15)]
    [InlineData(50, "eur", 0, 50)]
    [InlineData(1999, "eur", 19, 99)]
    [InlineData(100, "jpy", 0, 100)]
    [InlineData(500, "usd", 0, 500)]
    public async Task What_buys_no_whole_credit_goes_back_and_foreign_money_buys_none(
        long paid, string currency, int credits, long back)
    {
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);

        var session = await app.Provider.NewSessionAsync(paid, currency);
        await app.Provider.PayAsync(session);

        var vend = await app.VendAsync(session, credits > 0 ? VendStatus.Committed : VendStatus.Cancelled);
        var payback = await app.PaidBackAsync(vend);
        Assert.Equal((back, currency.ToUpperInvariant()), (payback.Amount, payback.Currency.Code));
        Assert.Equal(credits, cabinet.Memory.Pulses.Sum(p => p.Credits));
        await app.SettledAsync();
    }

    [Fact]
    [Trait("Accepts", "V9")]
    [Trait("Accepts", "M14")]
    public async Task A_price_of_1_15_is_115_cents_at_the_provider()
    {
        using var robot = await TestRobot.ConnectAsync(app);
        await app.SetUpAsync("update slots set price = 115 where machine_id = 'robot-1' and code = 'A1'");

        var session = await app.Buyer.OpenCartAsync("""{"1":3}""");

        var page = (await app.Provider.StateAsync()).GetProperty("checkout_sessions").EnumerateArray()
            .Single(s => s.GetProperty("id").GetString() == session);
        Assert.Equal(345, page.GetProperty("amount_total").GetInt64());
    }

    [Theory]
    [Trait("Accepts", "V10")]
    [InlineData("{}")]
    [InlineData("""{"1":0,"2":0}""")]
    [InlineData("""{"1":-1}""")]
    [InlineData("""{"1":-1,"2":3}""")]
    [InlineData("""{"1":101}""")]
    [InlineData("""{"1":2147483647}""")]
    [InlineData("""{"1":99999999999}""")]
    [InlineData("""{"1":1.5}""")]
    [InlineData("""{"1":"much"}""")]
    [InlineData("""{"999":1}""")]
    public async Task A_cart_that_cannot_be_is_refused_and_no_pay_page_is_opened(string items)
    {
        using var robot = await TestRobot.ConnectAsync(app);
        await app.SetUpAsync("update slots set stock = 1000, capacity = 1000 where machine_id = 'robot-1'");
        var pages = await PagesAsync();

        using var answer = await app.Buyer.CartAsync(items);

        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal(pages, await PagesAsync());
    }

    private async Task<int> PagesAsync() =>
        (await app.Provider.StateAsync()).GetProperty("checkout_sessions").GetArrayLength();
}
