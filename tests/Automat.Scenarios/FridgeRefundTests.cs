using System.Net;
using System.Net.Http.Json;
using Automat.Domain.Holds;
using Automat.Domain.Vends;
using Automat.Server.Payments;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>A visit that was paid in two parts goes back over both, the newest payment first, and never more than each brought.</summary>
[Trait("Accepts", "M9")]
public sealed class FridgeRefundTests(FridgeApp fridge) : IClassFixture<FridgeApp>
{
    private static readonly BasketItem Dear = new("B2", 1);

    private TestApp App => fridge.App;

    [Fact]
    [Trait("Accepts", "M12")]
    public async Task Parts_of_a_refund_go_back_over_the_payments_they_came_by()
    {
        var (vend, debt) = await PaidTwiceAsync();

        Assert.Equal(HttpStatusCode.Created, await RefundAsync(vend, 500));
        var first = await BackAsync(vend, 2);
        Assert.Equal(HttpStatusCode.Created, await RefundAsync(vend, 100));
        var second = await BackAsync(vend, 3);
        Assert.Equal(HttpStatusCode.Created, await RefundAsync(vend, null));
        var all = await BackAsync(vend, 4);
        var more = await RefundAsync(vend, 1);

        Assert.Equal([(debt.IntentId, 400), (vend.Intent, 100)], first.Select(p => (p.IntentId, p.Amount)));
        Assert.Equal((vend.Intent, 100), (second[^1].IntentId, second[^1].Amount));
        Assert.Equal((vend.Intent, 800), (all[^1].IntentId, all[^1].Amount));
        Assert.False((int)more is >= 200 and < 300);
        Assert.Equal(VendStatus.Refunded, (await App.VendOfAsync(vend.Session!))!.Status);
        await fridge.AgreeAsync();
    }

    [Fact]
    [Trait("Accepts", "S2-09")]
    public async Task A_part_that_fails_stays_failed_alone_and_is_tried_again_alone()
    {
        var (vend, debt) = await PaidTwiceAsync();
        Assert.Equal(HttpStatusCode.Created, await RefundAsync(vend, null));
        var parts = await BackAsync(vend, 2);

        await App.Provider.ControlAsync($"refunds/{parts.Single(p => p.IntentId == debt.IntentId).RefundId}/fail");
        var after = await TestApp.EventuallyAsync(() => PartsAsync(vend), ps => ps.Any(p => p.Status is PaybackStatus.Failed));
        var failed = after.Single(p => p.Status is PaybackStatus.Failed);
        var retried = await App.CallAsync(HttpMethod.Post, $"/api/v1/paybacks/{failed.Id}/retry");
        var paid = await BackAsync(vend, 2);

        Assert.Equal((debt.IntentId, 400L), (failed.IntentId, failed.Amount));
        Assert.Equal(PaybackStatus.Paid, after.Single(p => p.Id != failed.Id).Status);
        Assert.Equal(HttpStatusCode.OK, retried.Status);
        Assert.Equal([0, 1], paid.Select(p => p.Round).Order());
        await fridge.AgreeAsync();
    }

    [Fact]
    public async Task What_was_never_paid_is_owed_no_more_and_does_not_go_back()
    {
        var vend = await fridge.OpenAsync(card: FridgeApp.AskingCard);
        await fridge.CloseAsync(vend, Dear with { Quantity = 2 });
        await fridge.HoldAsync(vend, HoldStatus.Captured);
        await fridge.DebtAsync(vend, d => d.Round > 0);

        Assert.Equal(HttpStatusCode.Created, await RefundAsync(vend, 500));

        Assert.Equal((vend.Intent, 100), (await BackAsync(vend, 1)).Select(p => (p.IntentId, p.Amount)).Single());
        var debt = await fridge.DebtAsync(vend, d => d.Status is DebtStatus.Refunded);
        Assert.Equal((0, null), (debt.Amount, debt.NextAttemptAt));
        var free = await fridge.OpenAsync(card: FridgeApp.AskingCard); // the door opens again
        await fridge.CloseAsync(free);
        await fridge.AgreeAsync();
    }

    /// <summary>14.00 were taken: 10.00 came from the hold, 4.00 from the saved card afterwards.</summary>
    private async Task<(Vend Vend, Debt Debt)> PaidTwiceAsync()
    {
        var vend = await fridge.OpenAsync();
        await fridge.CloseAsync(vend, Dear with { Quantity = 2 });
        await fridge.HoldAsync(vend, HoldStatus.Captured);
        return (vend, await fridge.DebtAsync(vend, d => d.Status is DebtStatus.Paid));
    }

    private async Task<HttpStatusCode> RefundAsync(Vend vend, long? amount)
    {
        foreach (var scope in new[] { "refund.write", "sales.read" }) await App.AllowAsync(scope);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/vends/{vend.Id}/refunds")
        {
            Content = JsonContent.Create(new { amount, reason = "goodwill" }),
        };
        request.Headers.Add("X-API-Key", TestApp.ApiKey);
        request.Headers.Add("Idempotency-Key", Guid.CreateVersion7().ToString());
        using var answer = await App.Client.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>All that goes back of a sale, once so many parts have arrived.</summary>
    private Task<List<Payback>> BackAsync(Vend vend, int parts) => TestApp.EventuallyAsync(
        () => PartsAsync(vend), ps => ps.Count == parts && ps.TrueForAll(p => p.Status is PaybackStatus.Paid));

    private Task<List<Payback>> PartsAsync(Vend vend) => App.QueryAsync(db => db.Set<Payback>().AsNoTracking()
        .Where(p => p.VendId == vend.Id).OrderBy(p => p.CreatedAt).ThenByDescending(p => p.Amount).ToListAsync());
}
