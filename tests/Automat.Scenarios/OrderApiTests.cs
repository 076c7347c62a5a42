using System.Net;
using System.Text.Json;
using Automat.Server.Orders;
using Automat.Testing;

namespace Automat.Scenarios;

/// <summary>A shop's own program follows orders and serves them, by the rules of the page.</summary>
public sealed class OrderApiTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private const string Orders = "/api/v1/orders";

    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S3-08")]
    public async Task A_program_puts_orders_together_hands_them_over_and_calls_them_off()
    {
        var (first, second) = (await PaidAsync("till-1", 2), await PaidAsync("till-1", 1));

        var list = await app.CallAsync(HttpMethod.Get, $"{Orders}?machine=till-1&state=paid&limit=1");
        var rest = await app.CallAsync(HttpMethod.Get, $"{Orders}?machine=till-1&limit=1&cursor={list.Body.GetProperty("next_cursor").GetGuid()}");
        Assert.Equal([second.Number], Numbers(list.Body));
        Assert.Equal([first.Number], Numbers(rest.Body));
        Assert.Equal(JsonValueKind.Null, rest.Body.GetProperty("next_cursor").ValueKind);
        Assert.Equal([first.Number], Numbers((await app.CallAsync(HttpMethod.Get, $"{Orders}?number={first.Number.ToLowerInvariant()}")).Body));

        var one = (await app.CallAsync(HttpMethod.Get, $"{Orders}/{first.Id}")).Body;
        var line = one.GetProperty("lines").EnumerateArray().Single();
        Assert.Equal((2, one.GetProperty("order").GetProperty("amount").GetInt64()), (line.GetProperty("quantity").GetInt32(), line.GetProperty("total").GetInt64()));
        Assert.DoesNotContain("\"code\"", one.GetRawText(), StringComparison.Ordinal); // the customer's
        foreach (var time in new[] { 1, 2 }) // said twice, it is ready once
            Assert.Equal("ready", StateOf((await app.CallAsync(HttpMethod.Post, $"{Orders}/{first.Id}/ready")).Body));
        Assert.Equal("collected", StateOf((await app.CallAsync(HttpMethod.Post, $"{Orders}/{first.Id}/hand-over")).Body));
        Assert.Equal("cancelled", StateOf((await app.CallAsync(HttpMethod.Post, $"{Orders}/{second.Id}/call-off")).Body));

        var late = await app.CallAsync(HttpMethod.Post, $"{Orders}/{first.Id}/call-off");
        Assert.Equal((HttpStatusCode.Conflict, "sale_ended"), (late.Status, late.Body.GetProperty("code").GetString()));
        var ended = await app.CallAsync(HttpMethod.Post, $"{Orders}/{second.Id}/ready");
        Assert.Equal((HttpStatusCode.Conflict, "order_state"), (ended.Status, ended.Body.GetProperty("code").GetString()));
        await app.VerifyBooksAsync();
    }

    [Theory]
    [InlineData("?state=eaten", "state")]
    [InlineData("?machine=..%2F", "machine")]
    [InlineData("?limit=100000", "limit")]
    public async Task A_wish_that_cannot_be_is_refused_with_its_reason(string query, string field)
    {
        var answer = await app.CallAsync(HttpMethod.Get, Orders + query);

        Assert.Equal(((HttpStatusCode)422, "query_invalid"), (answer.Status, answer.Body.GetProperty("code").GetString()));
        Assert.True(answer.Body.GetProperty("errors").TryGetProperty(field, out _));
    }

    private async Task<Order> PaidAsync(string place, int quantity)
    {
        if (await app.QueryAsync(db => Task.FromResult(!db.Set<Server.Machines.Machine>().Any(m => m.Id == Automat.Domain.MachineId.Parse(place)))))
            await app.GivenMachineAsync(place, "pickup");
        await app.SetUpAsync($"update slots set stock = 50, capacity = 50 where machine_id = '{place}'");
        using var shopper = new Shopper(app);
        var session = await shopper.OrderAsync(place, quantity);
        await app.Provider.PayAsync(session);
        return await shopper.UntilAsync(session, OrderState.Paid);
    }

    private static IEnumerable<string?> Numbers(JsonElement body) => body.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("number").GetString());

    private static string? StateOf(JsonElement body) => body.GetProperty("order").GetProperty("state").GetString();
}
