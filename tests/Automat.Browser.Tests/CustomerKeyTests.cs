using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>What a customer gets in with: a passkey in place of the password, and another address.</summary>
public sealed class CustomerKeyTests(StaffedShop shop) : IClassFixture<StaffedShop>
{
    private const string Password = "brass doors and warm pie";

    [Theory]
    [InlineData("en-GB", 390, "Add a passkey", "Use a passkey", "Remove", "That passkey did not work")]
    [InlineData("de-DE", 1280, "Passkey hinzufügen", "Mit Passkey anmelden", "Entfernen", "Dieser Passkey hat nicht funktioniert")]
    public async Task A_customers_passkey_signs_in_until_it_is_removed(
        string locale, int width, string add, string use, string remove, string refused)
    {
        var email = $"thumb-{width}@customers.example";
        await using var customer = await shop.CustomerComesAsync(new Habits { Host = "localhost", Locale = locale, Screen = (width, 844) });
        var page = customer.Page;
        await Device.GiveAsync(page, knowsOwner: true);
        await JoinAsync(customer, email);
        await page.Locator("#passkey-name").FillAsync("Left thumb");
        await page.Locator("#passkey-password").FillAsync("not the password");
        await customer.ClicksAsync(add);
        await Expect(page.Locator("section[aria-labelledby=passkeys] [role=alert]").First).ToBeVisibleAsync();
        await page.Locator("#passkey-name").FillAsync("Left thumb");
        await page.Locator("#passkey-password").FillAsync(Password);
        await customer.ClicksAsync(add);
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Left thumb" })).ToBeVisibleAsync();
        await customer.LooksAtAsync("me-account-passkey");

        await SignOutAsync(page);
        await page.GotoAsync("/me/sign-in?return_url=%2Fme%2Fchips");
        await customer.LooksAtAsync("me-sign-in-passkey");
        await customer.ClicksAsync(use);
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/me/chips$"));

        await page.GotoAsync("/me/account");
        await customer.ClicksAsync($"{remove} Left thumb");
        await SignOutAsync(page);
        await page.GotoAsync("/me/sign-in");
        await customer.ClicksAsync(use);
        await Expect(page.GetByRole(AriaRole.Alert).First).ToContainTextAsync(refused);
        await page.GotoAsync("/me/orders");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/me/sign-in"));
        customer.HasNoComplaints(expected: "422");
    }

    [Fact]
    public async Task An_account_moves_to_another_address_once_that_has_confirmed()
    {
        await using var customer = await shop.CustomerComesAsync(new Habits());
        var page = customer.Page;
        await JoinAsync(customer, "before@customers.example");
        await page.GetByLabel("New address").FillAsync("after@customers.example");
        await page.Locator("#email-password").FillAsync(Password);
        await page.Locator("form[action='/me/account/email'] button").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("A link is on its way to the new address.");
        await using var admin = await shop.AdministratorComesAsync();
        await page.GotoAsync(await StaffedShop.LinkToAsync(admin, "after@customers.example"));
        await customer.LooksAtAsync("me-email");
        await customer.ClicksAsync("Use this address");
        await Expect(page.GetByRole(AriaRole.Status).First).ToContainTextAsync("Your new address is in use.");
        await Expect(page.Locator(".lead").First).ToContainTextAsync("after@customers.example");
        customer.HasNoComplaints();
    }

    private async Task JoinAsync(Customer customer, string email)
    {
        await customer.Page.GotoAsync("/me/register");
        await customer.Page.Locator("#email").FillAsync(email);
        await customer.Page.Locator("form[action='/me/register'] button").ClickAsync();
        await Expect(customer.Page.GetByRole(AriaRole.Status)).ToBeVisibleAsync();
        await using var admin = await shop.AdministratorComesAsync();
        await customer.Page.GotoAsync(await StaffedShop.LinkToAsync(admin, email));
        await customer.Page.Locator("#name").FillAsync("Mia");
        await customer.Page.Locator("#password").FillAsync(Password);
        await customer.Page.Locator("form[action='/me/password'] button").ClickAsync();
        await Expect(customer.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/me/account"));
    }

    private static async Task SignOutAsync(IPage page)
    {
        await page.Locator("form[action='/me/sign-out'] button").ClickAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/me/sign-in"));
    }
}
