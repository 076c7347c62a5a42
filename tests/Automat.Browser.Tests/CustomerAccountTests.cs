using Automat.Server.Orders;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>A customer's account in a real browser: from the first mail to its deletion.</summary>
public sealed class CustomerAccountTests(StaffedShop shop) : IClassFixture<StaffedShop>
{
    private const string Email = "mia@customers.example";
    private const string Password = "brass doors and warm pie";

    [Fact]
    public async Task An_account_is_joined_used_and_deleted()
    {
        await shop.App.GivenMachineAsync("mine-desk", "pickup");
        await shop.App.SetUpAsync("update slots set stock = 10 where machine_id = 'mine-desk'");
        await using var customer = await shop.CustomerComesAsync(new Habits());
        var page = customer.Page;
        await page.GotoAsync("/me");
        await customer.LooksAtAsync("me-sign-in");
        await customer.FollowsAsync("Create an account");
        await page.GetByLabel("E-mail address").FillAsync(Email);
        await customer.ClicksAsync("Send the link");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("The mail is on its way.");
        await customer.LooksAtAsync("me-sent");
        await using var admin = await shop.AdministratorComesAsync();
        await page.GotoAsync(await StaffedShop.LinkToAsync(admin, Email));
        await customer.LooksAtAsync("me-password");
        await page.GetByLabel("Your name").FillAsync("Mia");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await customer.ClicksAsync("Create the account");
        await customer.ReadsAsync("Settings");
        await customer.LooksAtAsync("me-account");
        await customer.ClicksAsync("Sign out");
        await page.GetByLabel("E-mail address").FillAsync(Email);
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(Password);
        await customer.ClicksAsync("Sign in");
        await customer.ReadsAsync("Your orders");
        await customer.LooksAtAsync("me-no-orders");

        await page.GotoAsync("/shop/products/1");
        await customer.ClicksAsync("Add");
        await page.GotoAsync("/shop/cart");
        await page.Locator("input[name=place][value='mine-desk']").CheckAsync();
        await page.Locator(".cart-update button").ClickAsync();
        await customer.ClicksAsync("Go to payment");
        await customer.PaysAsync();
        await customer.ReadsAsync("Thank you, we are on it");
        var order = await shop.App.QueryAsync(db => db.Set<Order>().AsNoTracking().OrderByDescending(o => o.CreatedAt).FirstAsync());
        await page.GotoAsync("/me/orders");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = $"Order {order.Number}" })).ToBeVisibleAsync();
        await customer.LooksAtAsync("me-orders");
        foreach (var path in new[] { "/me/card", "/me/chips", "/me/devices" })
        {
            await page.GotoAsync(path);
            await customer.LooksAtAsync("me" + path[3..].Replace('/', '-'));
        }

        await page.GotoAsync("/me/account");
        await page.Locator("#erase-password").FillAsync(Password);
        await customer.ClicksAsync("Delete for good");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Your account is deleted.");
        customer.HasNoComplaints();
    }

    [Theory]
    [InlineData("de-DE", ColorScheme.Dark, 320)]
    [InlineData("es-ES", ColorScheme.Light, 1280)]
    public async Task Every_page_can_be_used_by_night_and_on_a_small_phone(string locale, ColorScheme light, int width)
    {
        await using var customer = await shop.CustomerComesAsync(new Habits { Locale = locale, Light = light, Screen = (width, 844) });
        var email = $"night-{locale}@customers.example".ToLowerInvariant();
        await customer.Page.GotoAsync("/me/register");
        await customer.LooksAtAsync("me-register");
        await customer.Page.Locator("#email").FillAsync(email);
        await customer.Page.Locator("form[action='/me/register'] button").ClickAsync();
        await Expect(customer.Page.GetByRole(AriaRole.Status)).ToBeVisibleAsync();
        await using var admin = await shop.AdministratorComesAsync();
        await customer.Page.GotoAsync(await StaffedShop.LinkToAsync(admin, email));
        await customer.Page.Locator("#name").FillAsync("Mia");
        await customer.Page.Locator("#password").FillAsync(Password);
        await customer.Page.Locator("form[action='/me/password'] button").ClickAsync();
        await Expect(customer.Page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/me/account"));
        foreach (var path in new[] { "/me/account", "/me/orders", "/me/card", "/me/chips", "/me/devices", "/me/forgot" })
        {
            await customer.Page.GotoAsync(path);
            await customer.LooksAtAsync("me" + path[3..].Replace('/', '-'));
        }

        customer.HasNoComplaints();
    }
}
