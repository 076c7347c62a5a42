using Automat.Testing;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>The second step as somebody sets it up and uses it.</summary>
public sealed class SecondStepTests(StaffedShop shop) : IClassFixture<StaffedShop>
{
    [Fact, Trait("Accepts", "S2-18")]
    public async Task The_secret_shown_sets_up_an_app_whose_codes_and_recovery_codes_sign_in_once()
    {
        await using var somebody = await shop.ComeAsync();
        await somebody.SignsInAsync("operator@demo.automat", TestApp.Password);
        await somebody.Page.GotoAsync("/account");
        await somebody.FollowsAsync("Set up");
        await somebody.TypesAsync("Code your app shows now", "12345", "Switch on");
        await Expect(somebody.Page.Locator(".wrong")).ToContainTextAsync("That code is not right");
        var recovery = await somebody.SetsUpTheAppAsync();
        Assert.Equal(10, recovery.Distinct(StringComparer.Ordinal).Count());
        await somebody.FollowsAsync("I have written them down");
        await Expect(somebody.Page.GetByText("Recovery codes left: 10")).ToBeVisibleAsync();
        await somebody.SignsOutAsync();

        await HalfwayAsync(somebody);
        await somebody.TypesAsync("Code", somebody.LastCode(), "Continue");
        await Expect(somebody.Page.Locator(".wrong")).ToContainTextAsync("was used before");
        await somebody.TypesAsync("Code", somebody.NextCode(), "Continue");
        await Expect(somebody.Page).ToHaveURLAsync("/panel");
        await somebody.SignsOutAsync();

        await HalfwayAsync(somebody);
        await somebody.FollowsAsync("Use a recovery code");
        await somebody.TypesAsync("Recovery code", recovery[3], "Continue");
        await Expect(somebody.Page).ToHaveURLAsync("/panel");
        await somebody.Page.GotoAsync("/account");
        await Expect(somebody.Page.GetByText("Recovery codes left: 9")).ToBeVisibleAsync();
        await somebody.SignsOutAsync();

        await HalfwayAsync(somebody);
        await somebody.FollowsAsync("Use a recovery code");
        await somebody.TypesAsync("Recovery code", recovery[3], "Continue");
        await Expect(somebody.Page.Locator(".wrong")).ToBeVisibleAsync();
        await somebody.Page.GotoAsync("/panel");
        await Expect(somebody.Page).ToHaveURLAsync("/sign-in?return_url=%2Fpanel");
        somebody.HasNoComplaints(expected: "422");
    }

    private static async Task HalfwayAsync(Colleague somebody)
    {
        await somebody.SignsInAsync("operator@demo.automat", TestApp.Password);
        await Expect(somebody.Page).ToHaveURLAsync("/sign-in/code?return_url=%2Fpanel");
    }
}
