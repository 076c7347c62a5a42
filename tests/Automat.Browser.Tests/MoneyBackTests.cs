using Automat.Domain.Vends;
using Automat.Server.Machines;
using Automat.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>A customer claims, staff decide: both pages in every state, usable by everybody.</summary>
public sealed class MoneyBackTests(StaffedShop shop) : IClassFixture<StaffedShop>
{
    [Fact, Trait("Accepts", "S2-28"), Trait("Accepts", "S2-10")]
    public async Task A_claim_and_a_request_are_decided_by_clicking()
    {
        await using var customer = await shop.ComeAsync();
        var app = shop.App;
        await app.GivenMachineAsync("hand-1");
        app.Hand.Answer(DeliveryOutcome.Delivered, "drop_sensor");
        var token = await app.Buyer.OpenAsync("hand-1");
        await app.Provider.PayAsync(token);
        var paid = await app.VendAsync(token, VendStatus.Committed);
        var chip = await app.GivenChipAsync(5_000);
        var device = new TestDevice(app);
        var sold = await device.PostAsync(
            "/device/v1/vends", $$$"""{"mdb_session_id":"big","tender":{"chip_uid":"{{{chip.Uid}}}"},"amount":2500}""");
        await device.CommitAsync(sold.Text("reservation_id"));
        var seller = await Staff.SignInAsync(app, Staff.Operator);
        await seller.PostAsync($"/api/v1/vends/{sold.Text("reservation_id")}/refunds", new { reason = "damaged", note = "Crushed on its way out." }, "k");
        await app.SetUpAsync(
            "insert into paybacks (id, organization_id, vend_id, provider, amount, currency, reason, status, attempts, next_attempt_at, error, created_at) "
            + $"select gen_random_uuid(), organization_id, id, 'stripe', 90, 'EUR', 'other', 'Failed', 1, now(), 'charge_disputed', now() from vends where id = '{paid.Id}'");

        await customer.OpensAsync($"/vends/{token}/claim", "claim");
        await customer.TabsThroughAsync("claim");
        await customer.Page.GetByLabel("E-mail address").FillAsync("customer@example.com");
        await customer.Page.GetByLabel("In a few words").FillAsync("The flap stayed shut.");
        await customer.Page.GetByLabel("Nothing came out").CheckAsync();
        await customer.LeavesAsync(() => customer.ClicksAsync("Send"));
        await Expect(customer.Page.Locator(".notice")).ToContainTextAsync("Somebody will look at it");
        await customer.LooksAtAsync("claim-waiting");

        await using var admin = await shop.AdministratorComesAsync();
        await admin.OpensAsync("/panel/refunds", "refunds");
        await admin.TabsThroughAsync("refunds");
        await admin.Page.GetByText("Approve").First.ClickAsync();
        await admin.LooksAtAsync("refunds-sure");
        await admin.LeavesAsync(() => admin.Page.GetByText("Give it back").First.ClickAsync());
        await admin.ReadsNoticeAsync("You agreed; the money was booked back.");
        await admin.Page.GetByLabel("Answer for the customer").FillAsync("The sensor saw it fall.");
        await admin.LeavesAsync(() => admin.Page.GetByRole(AriaRole.Button, new() { Name = "Decline" }).ClickAsync());
        await admin.ReadsNoticeAsync("The claim was answered.");
        await admin.LooksAtAsync("refunds-done");
        await admin.OpensAsync($"/panel/chips/{chip.Id}/statement", "statement");
        await customer.OpensAsync($"/vends/{token}/claim", "claim-declined");
        await Expect(customer.Page.Locator("q")).ToHaveTextAsync("The sensor saw it fall.");

        Assert.Equal(5_000, await app.CreditAsync(chip));
        admin.HasNoComplaints();
        customer.HasNoComplaints();
    }
}
