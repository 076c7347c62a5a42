using System.Net;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Chips;
using Automat.Server.Journal;
using Automat.Server.Notifications.Mail;
using Automat.Server.Orders;
using Automat.Server.Payments;
using Automat.Server.Vends;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Automat.Scenarios;

/// <summary>What nobody collects is paid back, or becomes credit on the customer's chip: as it was said before the purchase.</summary>
public sealed class UncollectedTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private readonly TestApp app = shared.App;

    [Fact]
    [Trait("Accepts", "S3-09")]
    public async Task Promised_credit_is_booked_once_whoever_tries_it_how_often_and_guests_are_paid_back()
    {
        await app.GivenMachineAsync("credit-1", "pickup");
        await RuleAsync("credit");
        var chip = await app.GivenChipAsync(100);
        using var member = await MemberAsync("credit@customers.example", chip);
        using var guest = new Shopper(app);
        var product = await member.Browser.OpenAsync("/shop/products/1");
        var session = await member.Shopper.OrderAsync("credit-1", 2);
        var cart = await member.Browser.OpenAsync("/shop/cart");
        var theirs = await guest.OrderAsync("credit-1");
        await RuleAsync("refund"); // changes no promise
        var page = await PaidAsync(member.Shopper, session);
        var theirPage = await PaidAsync(guest, theirs);
        var promised = await member.Browser.OpenAsync(page);
        var refunded = await guest.Browser.OpenAsync(theirPage);

        await app.SetUpAsync($"update vends set deadline = now() - interval '1 minute' where session in ('{session}', '{theirs}')");
        var vend = await app.VendOfAsync(session);
        var tries = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => EndAsync(vend!, chip)));
        await member.Shopper.UntilAsync(session, OrderState.NotCollected);
        await guest.UntilAsync(theirs, OrderState.NotCollected);
        await EndAsync(vend!, chip); // as after a restart
        var ended = await app.VendAsync(session, VendStatus.Cancelled);
        var back = await app.VendAsync(theirs, VendStatus.Cancelled);

        Assert.Contains("credited to your chip of a test", product.Text, StringComparison.Ordinal);
        Assert.Contains("credited to your chip of a test", cart.Text, StringComparison.Ordinal);
        Assert.Contains("€3.00 are credited to your chip of a test", promised.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("credited to your chip", refunded.Text, StringComparison.Ordinal);
        Assert.All(tries, status => Assert.Equal(VendStatus.Cancelled, status));
        Assert.Equal((VendRules.Credited, "expired"), (ended.Reason, back.Reason));
        Assert.Equal(400, await app.CreditAsync(chip));
        Assert.Equal(150, (await app.PaidBackAsync(back)).Amount);
        Assert.Empty(await app.QueryAsync(db => db.Set<Payback>().Where(p => p.VendId == ended.Id).ToListAsync()));
        Assert.Equal((5, 0), await Shopper.ShelfAsync(app, "credit-1"));
        Assert.Contains("are credit on your chip of a test now", (await member.Browser.OpenAsync(page)).Text, StringComparison.Ordinal);
        Assert.Contains("Order not collected: credit", (await member.Browser.OpenAsync($"/me/chips/{chip.Id}/statement")).Text, StringComparison.Ordinal);
        Assert.Contains("credit on a chip", (await member.Browser.OpenAsync(page.Replace("/orders/", "/receipts/", StringComparison.Ordinal))).Text, StringComparison.Ordinal);
        var number = (await member.Shopper.OrderOfAsync(session)).Order.Number;
        var mails = await TestApp.EventuallyAsync(
            () => app.QueryAsync(db => db.Set<Mail>().AsNoTracking().Where(m => m.Subject.Contains(number)).OrderBy(m => m.CreatedAt).Select(m => m.Text).ToListAsync()),
            found => found.Count == 2);
        Assert.Contains("are credited to your chip of a test", mails[0], StringComparison.Ordinal);
        Assert.Contains("are credit on your chip of a test now", mails[1], StringComparison.Ordinal);
        await app.SettledAsync();
    }

    [Fact]
    public async Task A_promised_chip_that_is_locked_by_then_gets_nothing_and_the_money_goes_back()
    {
        await app.GivenMachineAsync("credit-2", "pickup");
        await RuleAsync("credit");
        var chip = await app.GivenChipAsync(100);
        using var member = await MemberAsync("locked@customers.example", chip);
        var session = await member.Shopper.OrderAsync("credit-2");
        var page = await PaidAsync(member.Shopper, session);
        var locked = await app.CallAsync(HttpMethod.Patch, $"/api/v1/chips/{chip.Id}", new { state = "locked", reason = "reported lost" });

        var told = await member.Browser.OpenAsync(page);
        await app.SetUpAsync($"update vends set deadline = now() - interval '1 minute' where session = '{session}'");
        await member.Shopper.UntilAsync(session, OrderState.NotCollected);
        var vend = await app.VendAsync(session, VendStatus.Cancelled);

        Assert.Equal(HttpStatusCode.OK, locked.Status);
        Assert.DoesNotContain("credited to your chip", told.Text, StringComparison.Ordinal);
        Assert.Equal(("expired", 150L), (vend.Reason, (await app.PaidBackAsync(vend)).Amount));
        Assert.Equal(100, await app.CreditAsync(chip));
        await app.SettledAsync();
    }

    [Fact]
    public async Task A_promise_that_changed_is_shown_again_before_anybody_pays_and_a_promised_refund_stays_one()
    {
        await app.GivenMachineAsync("credit-3", "pickup");
        await RuleAsync("refund");
        var chip = await app.GivenChipAsync(100);
        using var member = await MemberAsync("changed@customers.example", chip);
        await member.Shopper.AddAsync(1, 1);
        await member.Shopper.ChooseAsync("credit-3");
        var seen = await member.Shopper.SeenAsync();
        var session = Provider.SessionIn(new Uri((await member.Shopper.CheckOutAsync()).Location!));
        await PaidAsync(member.Shopper, session);
        await RuleAsync("credit");
        await app.SetUpAsync($"update vends set deadline = now() - interval '1 minute' where session = '{session}'");
        await member.Shopper.UntilAsync(session, OrderState.NotCollected);
        await member.Shopper.AddAsync(1, 1);
        await member.Shopper.ChooseAsync("credit-3");
        var again = await member.Shopper.CheckOutAsync(seen);

        Assert.Equal("expired", (await app.VendAsync(session, VendStatus.Cancelled)).Reason);
        Assert.Equal(100, await app.CreditAsync(chip));
        Assert.Equal(422, again.Status);
        Assert.Contains("credited to your chip of a test", again.Text, StringComparison.Ordinal);
    }

    private async Task<string> PaidAsync(Shopper shopper, string session)
    {
        await app.Provider.PayAsync(session);
        await shopper.UntilAsync(session, OrderState.Paid);
        return (await shopper.OrderOfAsync(session)).Page;
    }

    /// <summary>What the sweep does, on whichever node.</summary>
    private Task<VendStatus> EndAsync(Vend vend, TestChip chip) => app.Services.GetRequiredService<Journal>().ExecuteAsync(
        new SettleVend(vend.Id, Settlement.Overdue, "overdue", app.Services.GetRequiredService<VendSignals>())
        {
            Organization = vend.Organization,
            CreditTo = new Id<Chip>(chip.Id),
        }, default);

    private async Task<Member> MemberAsync(string email, TestChip chip)
    {
        await app.SetUpAsync(
            $"insert into chip_holders (chip_id, organization_id, name, email) select id, organization_id, 'Mia', '{email}' from chips where id = '{chip.Id}'");
        var member = await Member.JoinAsync(app, email);
        Assert.Equal(303, (await member.Browser.SendAsync("/me/chips", $"/me/chips/{chip.Id}/take")).Status);
        return member;
    }

    private async Task RuleAsync(string rule)
    {
        using var admin = await Visits.AdminAsync(app);
        Assert.Equal(303, (await admin.SendAsync("/panel/settings", "/panel/settings/orders", ("uncollected", rule))).Status);
        Assert.Equal(422, (await admin.SendAsync("/panel/settings", "/panel/settings/orders", ("uncollected", "keep"))).Status);
    }
}
