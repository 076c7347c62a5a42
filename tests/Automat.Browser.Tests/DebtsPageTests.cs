using Automat.Domain.Vends;
using Automat.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>The page of what customers owe, empty and full, and giving a debt up on it.</summary>
public sealed class DebtsPageTests(StaffedShop shop) : IClassFixture<StaffedShop>
{
    [Fact, Trait("Accepts", "M9")]
    public async Task What_customers_owe_is_looked_at_and_given_up()
    {
        await using var admin = await shop.AdministratorComesAsync();
        await admin.OpensAsync("/panel/debts", "debts-none");
        await OweAsync();

        await admin.OpensAsync("/panel/debts", "debts");
        await admin.Page.Locator("#debts tbody tr", new() { HasText = "€4.00" }).Locator("summary").ClickAsync();
        await Expect(admin.Page.GetByText("Give €4.00 up for good?")).ToBeVisibleAsync();
        await admin.LooksAtAsync("debts-sure");
        var question = admin.Page.Locator("#debts tbody tr", new() { HasText = "€4.00" }).Locator("dialog");
        await question.Locator("[name=reason]").FillAsync("The card is gone");
        await admin.LeavesAsync(() => question.GetByRole(AriaRole.Button, new() { Name = "Write it off" }).ClickAsync());
        await admin.ReadsNoticeAsync("The debt is written off.");

        await admin.OpensAsync("/panel/debts?status=written_off", "debts-written-off");
        await Expect(admin.Page.Locator("#debts tbody tr")).ToHaveCountAsync(1);
        admin.HasNoComplaints();
    }

    /// <summary>A sale left three debts: one just tried, one the customer has to pay by hand, one that is paid.</summary>
    private async Task OweAsync()
    {
        await using var cabinet = await Cabinet.ConnectAsync(shop.App.MqttPort);
        var session = await shop.App.Buyer.OpenAsync();
        await shop.App.Provider.PayAsync(session);
        var vend = await shop.App.VendAsync(session, VendStatus.Committed);
        foreach (var (amount, round, error, next, status) in new[]
        {
            (400, 2, "'card_declined'", "now() + interval '4 hours'", "Owed"),
            (1250, 12, "'authentication_required'", "null", "Owed"),
            (700, 0, "null", "null", "Paid"),
        })
        {
            await shop.App.SetUpAsync(
                "insert into debts (id, organization_id, vend_id, provider, amount, currency, reason, status, attempts, round, "
                + "next_attempt_at, error, created_at, received, given_back) "
                + $"select gen_random_uuid(), organization_id, id, 'stripe', {amount}, 'EUR', 'above_hold', '{status}', 0, {round}, {next}, "
                + $"{error}, now(), 0, 0 from vends where id = '{vend.Id}'");
        }
    }
}
