using Automat.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>One Chromium and one running product for all tests of a class: the demo's people work in it.</summary>
public sealed class StaffedShop : IAsyncLifetime
{
    private Chromium? chromium;
    private TestApp? app;

    /// <summary>The product.</summary>
    internal TestApp App => app!;

    /// <summary>A push service the product may call.</summary>
    internal FakePush Push { get; } = new();

    public async ValueTask InitializeAsync()
    {
        chromium = await Chromium.LaunchAsync();
        if (chromium is not null) app = await TestApp.StartAsync(("Automat:Push:AlsoAt", Push.Origin));
    }

    /// <summary>Somebody comes who is not signed in yet.</summary>
    internal async Task<Colleague> ComeAsync(Habits? habits = null)
    {
        Assert.SkipWhen(chromium is null, "Chromium is not installed.");
        return new Colleague(await Customer.ComeAsync(chromium.Browser, App, habits ?? new Habits { Screen = (1280, 900) }));
    }

    /// <summary>A customer comes.</summary>
    internal Task<Customer> CustomerComesAsync(Habits habits)
    {
        Assert.SkipWhen(chromium is null, "Chromium is not installed.");
        return Customer.ComeAsync(chromium.Browser, App, habits);
    }

    /// <summary>The demo's administrator comes, signs in and puts the second step off.</summary>
    internal async Task<Colleague> AdministratorComesAsync(Habits? habits = null)
    {
        var admin = await ComeAsync(habits);
        await admin.SignsInAsync("admin@demo.automat", TestApp.Password);
        if (!admin.Page.Url.EndsWith("/account/authenticator", StringComparison.Ordinal)) return admin;

        await admin.Page.Locator("form[action='/account/authenticator/postpone'] button").ClickAsync();
        await Expect(admin.Page).ToHaveURLAsync("/panel");
        return admin;
    }

    /// <summary>Invites somebody as an administrator does, and takes the link out of the mail.</summary>
    internal async Task<string> InviteAsync(string email, string role)
    {
        await using var admin = await AdministratorComesAsync();
        await admin.Page.GotoAsync("/panel/people");
        var form = admin.Page.Locator("form[action='/panel/people/invite']");
        await form.GetByLabel("E-mail").FillAsync(email);
        await form.GetByLabel("Role").SelectOptionAsync(role);
        await admin.ClicksAsync("Send invitation");
        await admin.ReadsNoticeAsync("The invitation is on its way.");
        return await LinkToAsync(admin, email);
    }

    /// <summary>The link in the newest mail to somebody, as the demo's outbox shows it: its path.</summary>
    internal static async Task<string> LinkToAsync(Colleague admin, string email)
    {
        await admin.Page.GotoAsync("/panel/outbox");
        var mail = admin.Page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = email }).First;
        return new Uri((await mail.Locator(".letter a").First.GetAttributeAsync("href"))!).PathAndQuery;
    }

    public async ValueTask DisposeAsync()
    {
        if (chromium is not null) await chromium.DisposeAsync();
        if (app is not null) await app.DisposeAsync();
        await Push.DisposeAsync();
    }
}
