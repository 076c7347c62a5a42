using Automat.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>Every page of the staff, in every state: usable by everybody, by day and by night, on a phone and at a desk.</summary>
public sealed class StaffPagesTests(StaffedShop shop) : IClassFixture<StaffedShop>
{
    private const string Good = "four brave otters sing";

    private static readonly string[] Unsigned = ["/sign-in", "/sign-in/forgot", "/sign-in/reset"];

    private static readonly string[] Signed =
    [
        "/panel", "/panel/products", "/panel/products/1", "/panel/categories", "/panel/prices", "/panel/prices/new", "/panel/stock",
        "/panel/stock/low", "/panel/stock/movements", "/panel/stock/places", "/panel/restock", "/panel/restock/visit/snack-1",
        "/panel/refunds", "/panel/dex", "/panel/people", "/panel/tokens", "/panel/audit", "/panel/organizations", "/panel/customer-data",
        "/panel/outbox", "/panel/push", "/panel/baskets", "/panel/debts", "/panel/settings", "/panel/machines/fridge-1/temperature", "/account", "/account/authenticator",
        "/account/password", "/account/data", "/re-authenticate", "/panel/search?q=pa", "/panel/components",
    ];

    [Fact, Trait("Accepts", "S2-28")]
    public async Task Signing_in_and_getting_a_password_back()
    {
        await using var guest = await shop.ComeAsync();
        await guest.OpensAsync("/sign-in", "sign-in");
        await guest.SignsInAsync("nobody@example.com", "some wrong password");
        await Expect(guest.Page.GetByRole(AriaRole.Alert)).ToContainTextAsync("do not match");
        await guest.LooksAtAsync("sign-in-wrong");
        await guest.FollowsAsync("Forgot your password?");
        await guest.ReadsAsync("New password");
        await guest.LooksAtAsync("forgot");
        await guest.TypesAsync("E-mail address", "auditor@demo.automat", "Send the link");
        await guest.ReadsNoticeAsync("If somebody with this address works here, the mail is on its way.");
        await guest.LooksAtAsync("forgot-sent");

        await using var admin = await shop.AdministratorComesAsync();
        var link = await StaffedShop.LinkToAsync(admin, "auditor@demo.automat");
        await admin.LooksAtAsync("outbox");
        await guest.OpensAsync(link, "reset");
        await guest.TypesAsync("New password", "short", "Set password");
        await Expect(guest.Page.Locator(".wrong")).ToContainTextAsync("fewer than 10 characters");
        await guest.LooksAtAsync("reset-short");
        await guest.TypesAsync("New password", Good, "Set password");
        await guest.ReadsNoticeAsync("Your new password is set. Sign in with it.");
        await guest.LooksAtAsync("sign-in-reset");
        await guest.Page.GotoAsync(link);
        await guest.TypesAsync("New password", Good, "Set password");
        await guest.ReadsNoticeAsync("This link no longer works. Ask for a new one.");
        await guest.LooksAtAsync("reset-over");
        guest.HasNoComplaints("422", "410");
        admin.HasNoComplaints();
    }

    [Fact, Trait("Accepts", "S2-28"), Trait("Accepts", "S2-18")]
    public async Task Joining_as_an_administrator_with_the_second_step()
    {
        const string Email = "nora@example.com";
        var link = await shop.InviteAsync(Email, "Admin");
        await using var nora = await shop.ComeAsync();
        await nora.OpensAsync(link, "invitation");
        await nora.Page.GetByLabel("First name").FillAsync("Nora");
        await nora.Page.GetByLabel("Last name").FillAsync("Newman");
        await nora.TypesAsync("New password", "Password123", "Join");
        await Expect(nora.Page.Locator(".wrong")).ToBeVisibleAsync();
        await Expect(nora.Page.GetByLabel("New password")).ToHaveCSSAsync("border-top-width", "2px");
        await nora.LooksAtAsync("invitation-weak");
        await nora.TypesAsync("New password", Good, "Join");
        await nora.ReadsAsync("Set up an authenticator app");
        await nora.LooksAtAsync("authenticator");
        await nora.Page.GotoAsync("/panel/people");
        await nora.ReadsAsync("Set up an authenticator app");
        await nora.TypesAsync("Code your app shows now", "1", "Switch on");
        await nora.LooksAtAsync("authenticator-wrong");
        await nora.SetsUpTheAppAsync();
        await nora.LooksAtAsync("recovery-codes");
        await nora.OpensAsync("/account", "account-app-on");
        await nora.SignsOutAsync();

        await nora.SignsInAsync(Email, Good);
        await nora.ReadsAsync("Second step");
        await nora.LooksAtAsync("code");
        await nora.TypesAsync("Code", nora.LastCode(), "Continue");
        await nora.LooksAtAsync("code-wrong");
        await nora.FollowsAsync("Use a recovery code");
        await nora.LooksAtAsync("recovery");
        await nora.TypesAsync("Recovery code", "none", "Continue");
        await nora.LooksAtAsync("recovery-wrong");
        await nora.FollowsAsync("Use the app");
        await nora.TypesAsync("Code", nora.NextCode(), "Continue");
        await nora.ReadsAsync("Today");
        await nora.Page.GotoAsync(link);
        await nora.LooksAtAsync("invitation-over");
        nora.HasNoComplaints("422", "410");
    }

    [Fact, Trait("Accepts", "S2-28"), Trait("Accepts", "S3-01")]
    public async Task Working_in_the_panel()
    {
        await shop.InviteAsync("somebody-with-a-rather-long-name-and-a-longer-one@post-office.example.com", "Operator");
        await using var admin = await shop.AdministratorComesAsync();
        var page = admin.Page;
        await admin.OpensAsync("/panel", "home");
        await admin.OpensAsync("/panel/people", "people");
        await Expect(page.Locator(".facts").First).ToContainTextAsync("no second step · working now");
        await page.Locator("form[action='/panel/people/invite'] [name=email]").FillAsync("auditor@demo.automat");
        await admin.ClicksAsync("Send invitation");
        await admin.ReadsNoticeAsync("Somebody with this address already works here.");
        await admin.LooksAtAsync("people-refused");
        await admin.OpensAsync("/panel/tokens", "tokens");
        await page.GetByRole(AriaRole.Checkbox).First.CheckAsync();
        await admin.TypesAsync("What is it for?", "The till in the hall", "Make token");
        await Expect(page.Locator("[data-key]")).ToBeVisibleAsync();
        await admin.LooksAtAsync("tokens-new");
        await admin.OpensAsync("/panel/customer-data", "customer-data");
        await page.Locator("#erase-email").FillAsync("a@example.com");
        await admin.TypesAsync("The address once more", "b@example.com", "Erase for good");
        await admin.ReadsNoticeAsync("The two addresses differ. Nothing was erased.");
        await admin.LooksAtAsync("customer-data-differ");
        await admin.OpensAsync("/panel/outbox", "outbox-full");
        await admin.OpensAsync("/panel/organizations", "organizations");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("demo automat");
        await page.GetByLabel("Its first administrator").FillAsync("ana@example.org");
        await admin.LeavesAsync(() => admin.ClicksAsync("Add and invite"));
        await admin.LooksAtAsync("organizations-taken");
        await Expect(page.Locator(".wrong")).ToContainTextAsync("of that name already");
        await admin.OpensAsync("/panel/audit?action=invitation.*", "audit");
        await Expect(page.Locator(".event").First).ToContainTextAsync("Demo Administrator");
        await admin.LeavesAsync(() => admin.ClicksAsync("Verify now"));
        await admin.ReadsNoticeAsync("The log was verified.");
        await admin.LooksAtAsync("audit-verified");
        admin.HasNoComplaints("422");
    }

    [Fact, Trait("Accepts", "S2-28")]
    public async Task Looking_after_the_own_account()
    {
        await using var somebody = await shop.ComeAsync();
        var page = somebody.Page;
        await somebody.SignsInAsync("operator@demo.automat", TestApp.Password);
        await somebody.OpensAsync("/panel", "home-operator");
        await somebody.OpensAsync("/account", "account");
        await Expect(page.Locator(".agent").First).ToHaveTextAsync("Chrome, Linux");
        await somebody.OpensAsync("/account/authenticator", "authenticator-optional");
        await somebody.OpensAsync("/account/password", "password");
        await page.GetByLabel("Present password").FillAsync(TestApp.Password);
        await somebody.TypesAsync("New password", TestApp.Password, "Change password");
        await Expect(page.Locator(".wrong")).ToContainTextAsync("It is the one you have now.");
        await somebody.LooksAtAsync("password-same");
        await somebody.OpensAsync("/account/data", "data");
        await somebody.TypesAsync("Type what you sign in with", "somebody else", "Erase for good");
        await somebody.ReadsNoticeAsync("That is not what you sign in with. Nothing was erased.");
        await somebody.LooksAtAsync("data-wrong");
        await somebody.OpensAsync("/re-authenticate", "again");
        await somebody.TypesAsync("Password", "some wrong password", "Continue");
        await somebody.ReadsNoticeAsync("That is not right.");
        await somebody.LooksAtAsync("again-wrong");
        await page.GotoAsync("/panel/people");
        await somebody.LooksAtAsync("forbidden");
        somebody.HasNoComplaints("422", "403");
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("es-ES")]
    public async Task Longer_words_fit_a_small_phone_too(string locale)
    {
        var small = new Habits { Locale = locale, Screen = (320, 844) };
        await using var guest = await shop.ComeAsync(small);
        await FitAsync(guest, Unsigned);
        await using var admin = await shop.AdministratorComesAsync(small);
        await FitAsync(admin, Signed);
    }

    [Fact, Trait("Accepts", "S2-28")]
    public async Task A_keyboard_reaches_everything_and_shows_where_it_is()
    {
        await using var guest = await shop.ComeAsync();
        foreach (var path in Unsigned)
        {
            await guest.Page.GotoAsync(path);
            await guest.TabsThroughAsync(path);
        }

        await using var admin = await shop.AdministratorComesAsync();
        foreach (var path in Signed)
        {
            await admin.Page.GotoAsync(path);
            await admin.TabsThroughAsync(path);
        }
    }

    [Fact, Trait("Accepts", "S2-28")]
    public async Task A_keyboard_is_enough_to_sign_in_and_make_a_token()
    {
        await using var somebody = await shop.ComeAsync();
        var page = somebody.Page;
        await page.GotoAsync("/panel/tokens");
        await Expect(page.Locator("form[action='/sign-in'] [name=name]")).ToBeFocusedAsync(); // the page begins with the name
        await page.Keyboard.TypeAsync("operator@demo.automat");
        await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.TypeAsync(TestApp.Password);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync("/panel/tokens");
        await somebody.TabsToAsync(page.GetByLabel("What is it for?"));
        await page.Keyboard.TypeAsync("A till");
        await somebody.TabsToAsync(page.GetByLabel("Days until it ends"));
        await page.Keyboard.PressAsync("ArrowUp");
        await somebody.TabsToAsync(page.GetByRole(AriaRole.Checkbox).First);
        await page.Keyboard.PressAsync("Space");
        await somebody.TabsToAsync(page.GetByRole(AriaRole.Button, new() { Name = "Make token" }));

        await page.Keyboard.PressAsync("Enter");

        await Expect(page.Locator("[data-key]")).ToBeVisibleAsync();
        await somebody.TabsToAsync(page.GetByRole(AriaRole.Button, new() { Name = "Revoke A till" }));
        await page.Keyboard.PressAsync("Enter");
        await somebody.ReadsNoticeAsync("The token no longer works.");
        somebody.HasNoComplaints();
    }

    private static async Task FitAsync(Colleague somebody, IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            await somebody.Page.GotoAsync(path);
            await somebody.FitsAsync(path);
        }

        somebody.HasNoComplaints();
    }
}
