using Automat.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>Passkeys with a browser that has one: the developer tools' device answers as somebody's finger would.</summary>
public sealed class PasskeyTests(StaffedShop shop) : IClassFixture<StaffedShop>
{
    private static readonly Habits ByName = new() { Host = "localhost", Screen = (1280, 900) };

    [Fact, Trait("Accepts", "S2-18")]
    public async Task A_passkey_signs_in_in_place_of_password_and_code_until_it_is_removed()
    {
        await using var somebody = await shop.ComeAsync(ByName);
        var page = somebody.Page;
        await Device.GiveAsync(page, knowsOwner: true);
        await somebody.SignsInAsync("operator@demo.automat", TestApp.Password);
        await page.GotoAsync("/account/authenticator");
        await somebody.SetsUpTheAppAsync();
        await somebody.FollowsAsync("I have written them down");
        await somebody.TypesAsync("Name of the passkey", "Left thumb", "Add a passkey");
        await somebody.ReadsNoticeAsync("The passkey was added.");
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "Left thumb" })).ToBeVisibleAsync();
        await somebody.LooksAtAsync("account-passkey");

        await somebody.SignsOutAsync();
        await EnterAsync(somebody);
        await Expect(page).ToHaveURLAsync("/panel");
        await Expect(page.Locator(".lead")).ToContainTextAsync("operator@demo.automat");

        await page.GotoAsync("/account");
        await somebody.ClicksAsync("Remove Left thumb");
        await somebody.ReadsNoticeAsync("The passkey was removed.");
        await somebody.SignsOutAsync();
        await EnterAsync(somebody);
        await somebody.ReadsNoticeAsync("That passkey did not work. Try again, or use your password.");
        await somebody.LooksAtAsync("sign-in-passkey-refused");
        await page.GotoAsync("/panel");
        await Expect(page).ToHaveURLAsync("/sign-in?return_url=%2Fpanel");
        somebody.HasNoComplaints(expected: "422");
    }

    [Fact, Trait("Accepts", "S2-18")]
    public async Task A_device_that_does_not_know_its_owner_makes_no_passkey()
    {
        await using var somebody = await shop.ComeAsync(ByName);
        await Device.GiveAsync(somebody.Page, knowsOwner: false);
        await somebody.SignsInAsync("auditor@demo.automat", TestApp.Password);
        await somebody.Page.GotoAsync("/account");

        await somebody.Page.GetByLabel("Name of the passkey").FillAsync("Somebody's thumb");
        await somebody.ClicksAsync("Add a passkey");

        await Expect(somebody.Page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("No passkey was made.");
        await somebody.LooksAtAsync("account-no-passkey");
        await somebody.Page.ReloadAsync();
        await Expect(somebody.Page.Locator("form[action='/account/passkeys/remove']")).ToHaveCountAsync(0);
        somebody.HasNoComplaints();
    }

    [Fact]
    public async Task Where_a_browser_allows_no_passkeys_none_are_offered()
    {
        await using var somebody = await shop.ComeAsync();
        await somebody.SignsInAsync("auditor@demo.automat", TestApp.Password);
        await somebody.Page.GotoAsync("/account");

        await Expect(somebody.Page.GetByText("Passkeys need JavaScript, and HTTPS or localhost.")).ToBeVisibleAsync();
        await Expect(somebody.Page.GetByRole(AriaRole.Button, new() { Name = "Add a passkey" })).ToBeHiddenAsync();
        await somebody.SignsOutAsync();
        await Expect(somebody.Page.GetByRole(AriaRole.Button, new() { Name = "passkey" })).ToBeHiddenAsync();
        somebody.HasNoComplaints();
    }

    private static Task EnterAsync(Colleague somebody) => somebody.LeavesAsync(() => somebody.ClicksAsync("Use a passkey"));
}
