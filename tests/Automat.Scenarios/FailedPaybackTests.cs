using Automat.Domain.Vends;
using Automat.Server.Payments;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;

namespace Automat.Scenarios;

/// <summary>What a provider could not pay back stays visible until somebody solves it, and is never paid twice.</summary>
public sealed class FailedPaybackTests(StaffedApp shared) : IClassFixture<StaffedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S2-09")]
    public async Task A_refund_the_bank_sent_back_is_shown_tried_again_and_settled_in_another_way()
    {
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        var session = await app.Buyer.OpenAsync();
        await app.Provider.PayAsync(session);
        var vend = await app.VendAsync(session, VendStatus.Committed);
        await StaffedApp.AskAsync(shared.Operator, vend.Id.Value, null);
        var first = await app.PaidBackAsync(vend);

        await app.Provider.ControlAsync($"refunds/{first.RefundId}/fail");
        await IsAsync(first, PaybackStatus.Failed);
        var list = await shared.Auditor.GetAsync("/api/v1/paybacks?status=failed");
        var shown = Assert.Single(list.Json.GetProperty("items").EnumerateArray());
        Assert.Equal(first.Id.Value, shown.GetProperty("id").GetGuid());
        await TestApp.EventuallyAsync(() => app.Client.GetStringAsync(new Uri("/health", UriKind.Relative)), h => h.Contains("degraded", StringComparison.OrdinalIgnoreCase));
        await TestApp.EventuallyAsync(
            () => app.Client.GetStringAsync(new Uri("/metrics", UriKind.Relative)),
            m => m.Split('\n').Any(l => l.StartsWith("automat_paybacks_failed", StringComparison.Ordinal) && l.EndsWith(" 1", StringComparison.Ordinal)),
            TimeSpan.FromMinutes(1));
        Assert.Equal(vend.Delivered, (await app.BalancesAsync())["refunds"]);

        var retried = await shared.Operator.PostAsync($"/api/v1/paybacks/{first.Id}/retry");
        var second = await IsAsync(first, PaybackStatus.Paid);
        var tooMuch = await shared.Operator.PostAsync($"/api/v1/paybacks/{first.Id}/retry");
        Assert.Equal((200, "owed", 1), (retried.Status, retried.String("status"), retried.Number("round")));
        Assert.NotEqual(first.RefundId, second.RefundId);
        Assert.Equal((409, "payback_status"), (tooMuch.Status, tooMuch.Code));
        await Reckoning.AgreeAsync(app.Database, app.Provider, settled: true);

        await app.Provider.ControlAsync($"refunds/{second.RefundId}/fail");
        await IsAsync(first, PaybackStatus.Failed);
        var address = $"/api/v1/paybacks/{first.Id}/settlement";
        var lower = await shared.Operator.PostAsync(address, new { way = "bank", reason = "sent" }, "s1");
        var odd = await shared.Admin.PostAsync(address, new { way = "pigeon", reason = "" }, "s2");
        var settled = await shared.Admin.PostAsync(address, new { way = "bank", reason = "Transfer of today" }, "s3");
        var again = await shared.Admin.PostAsync(address, new { way = "bank", reason = "Transfer of today" }, "s3");
        Assert.Equal((403, 422), (lower.Status, odd.Status));
        Assert.Equal((200, "settled_otherwise"), (settled.Status, settled.String("status")));
        Assert.Equal(settled.Text, again.Text);
        Assert.Equal(vend.Delivered, (await app.BalancesAsync())["bank"]);
        Assert.Equal(
            ["payback.retried", "payback.settled"],
            await app.QueryAsync(db => db.Database.SqlQuery<string>(
                $"select action as \"Value\" from audit_events where subject = {first.Id.ToString()} order by number").ToListAsync()));
        await Reckoning.AgreeAsync(app.Database, app.Provider, settled: true);
    }

    [Fact]
    [Trait("Accepts", "S2-09")]
    public async Task A_refund_that_came_back_is_noticed_though_nobody_told()
    {
        await using var cabinet = await Cabinet.ConnectAsync(app.MqttPort);
        var session = await app.Buyer.OpenAsync();
        await app.Provider.PayAsync(session);
        var vend = await app.VendAsync(session, VendStatus.Committed);
        await StaffedApp.AskAsync(shared.Operator, vend.Id.Value, null);
        var paid = await app.PaidBackAsync(vend);

        await app.Provider.MisbehaveAsync(new { webhooks = new { drop_all = true } });
        await app.Provider.ControlAsync($"refunds/{paid.RefundId}/fail");
        await app.Provider.MisbehaveAsync(new { });
        await app.SetUpAsync($"update paybacks set checked_at = now() - interval '2 days' where id = '{paid.Id}'");

        var failed = await IsAsync(paid, PaybackStatus.Failed);
        Assert.Equal("refund_failed", failed.Error);
        await shared.Operator.PostAsync($"/api/v1/paybacks/{paid.Id}/retry");
        await IsAsync(paid, PaybackStatus.Paid);
    }

    [Theory]
    [Trait("Accepts", "S2-09")]
    [InlineData(Server.Machines.DeliveryOutcome.Refused)]
    [InlineData(Server.Machines.DeliveryOutcome.NotSent)]
    public async Task A_machine_that_failed_has_the_money_sent_back_by_itself(Server.Machines.DeliveryOutcome outcome)
    {
        var machine = $"fails-{outcome}".ToLowerInvariant();
        await app.GivenMachineAsync(machine);
        app.Hand.Wait();
        app.Hand.Answer(outcome, "vend_failed");

        var session = await app.Buyer.OpenAsync(machine);
        await app.Provider.PayAsync(session);
        if (outcome is Server.Machines.DeliveryOutcome.NotSent)
        {
            await TestApp.EventuallyAsync(() => app.VendOfAsync(session), v => v is not null);
            await app.SetUpAsync($"update vends set deadline = now() where session = '{session}'");
        }

        var vend = await app.VendAsync(session, VendStatus.Cancelled);
        var payback = await app.PaidBackAsync(vend);
        Assert.Equal(vend.Amount.Amount, payback.Amount);
    }

    [Fact]
    [Trait("Accepts", "S2-09")]
    public async Task Of_a_delivery_in_part_the_rest_goes_back_to_the_chip_by_itself()
    {
        var chip = await app.GivenChipAsync(1_000);
        var device = new TestDevice(app);
        var held = await device.ReserveAsync("part", chip.Uid, more: ",\"amount\":300,\"quantity\":3");

        await device.CommitAsync(held.Text("reservation_id"), """{"amount":100}""");
        var rest = await StaffedApp.AskAsync(shared.Operator, Guid.Parse(held.Text("reservation_id")), 101);

        Assert.Equal(900, await app.CreditAsync(chip));
        Assert.Equal((409, "refund_above_rest"), (rest.Status, rest.Code));
        await app.VerifyBooksAsync();
    }

    private async Task<Payback> IsAsync(Payback payback, PaybackStatus status) => (await TestApp.EventuallyAsync(
        () => app.QueryAsync(db => db.Set<Payback>().AsNoTracking().SingleAsync(p => p.Id == payback.Id)), p => p.Status == status))!;
}
