using Automat.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>What all pages of the panel are made of: every component by day and by night, and by the keyboard alone.</summary>
public sealed class PanelGroundTests(StaffedShop shop) : IClassFixture<StaffedShop>
{
    [Fact]
    public async Task Every_component_in_every_state()
    {
        await using var admin = await shop.AdministratorComesAsync();
        await admin.OpensAsync("/panel/components", "components");
        await Expect(admin.Page.Locator(".live p")).ToContainTextAsync("It is");
        await admin.OpensAsync("/panel/components?q=nothing-of-the-kind", "components-none");
        await admin.OpensAsync("/panel/search?q=pe", "search");
        await admin.Page.GotoAsync("/panel");
        await admin.Page.GetByText("Menu", new() { Exact = true }).ClickAsync();
        await admin.LooksAtAsync("menu");
        admin.HasNoComplaints();
    }

    [Fact]
    public async Task A_keyboard_is_enough_to_search()
    {
        await using var somebody = await OperatorComesAsync();
        var page = somebody.Page;
        await page.GotoAsync("/panel/refunds");
        var field = page.GetByRole(AriaRole.Searchbox, new() { Name = "Search everything" });
        await page.Keyboard.PressAsync("/");
        await Expect(field).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(field).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("Control+k");
        await page.Keyboard.TypeAsync("back");
        var hit = page.Locator("#search-hits a");
        await Expect(hit).ToHaveCountAsync(1);
        await somebody.LooksAtAsync("search-open");
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(hit).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("ArrowUp");
        await field.FillAsync("accou");
        await Expect(hit).ToContainTextAsync("My account");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync("/account");
        somebody.HasNoComplaints();
    }

    [Fact]
    public async Task A_keyboard_is_enough_to_sort_a_table_and_to_answer_a_question()
    {
        await using var somebody = await OperatorComesAsync();
        var page = somebody.Page;
        await page.GotoAsync("/panel/components");
        var sold = page.GetByRole(AriaRole.Columnheader, new() { Name = "Sold" });
        await sold.GetByRole(AriaRole.Link).FocusAsync();
        await somebody.LeavesAsync(() => page.Keyboard.PressAsync("Enter"));
        await Expect(sold).ToHaveAttributeAsync("aria-sort", "ascending");
        await sold.GetByRole(AriaRole.Link).FocusAsync();
        await somebody.LeavesAsync(() => page.Keyboard.PressAsync("Enter"));
        await Expect(sold).ToHaveAttributeAsync("aria-sort", "descending");

        var button = page.Locator("summary", new() { HasText = "Stop selling" });
        var question = page.GetByRole(AriaRole.Dialog, new() { Name = "Stop selling at all machines?" });
        await button.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(question).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Cancel" })).ToBeFocusedAsync();
        await somebody.LooksAtAsync("confirm");
        await page.Keyboard.PressAsync("Escape");
        await Expect(question).ToBeHiddenAsync();
        await Expect(button).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.GetByRole(AriaRole.Button, new() { Name = "Cancel" }).PressAsync("Enter");
        await Expect(question).ToBeHiddenAsync();
        somebody.HasNoComplaints();
    }

    [Fact]
    public async Task Without_scripts_the_search_is_a_page_and_a_question_unfolds()
    {
        await using var somebody = await shop.ComeAsync(new Habits { JavaScript = false });
        var page = somebody.Page;
        await page.GotoAsync("/sign-in");
        await page.Locator("[name=name]").FillAsync("operator@demo.automat");
        await page.Locator("[name=password]").FillAsync(TestApp.Password);
        await page.Locator("form[action='/sign-in'] button").ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Search" }).ClickAsync();
        await page.Locator("#q").FillAsync("back");
        await page.GetByRole(AriaRole.Button, new() { Name = "Search" }).ClickAsync();
        await Expect(page.Locator(".hits a")).ToContainTextAsync("Money back");
        await page.GotoAsync("/panel/components");
        await page.Locator("summary", new() { HasText = "Stop selling" }).ClickAsync();
        await Expect(page.GetByText("Stop selling at all machines?")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_first_page_is_light()
    {
        await using var somebody = await OperatorComesAsync();
        var bytes = 0L;
        var context = somebody.Page.Context;
        var session = await context.NewCDPSessionAsync(somebody.Page);
        await session.SendAsync("Network.enable");
        await session.SendAsync("Network.setCacheDisabled", new() { ["cacheDisabled"] = true });
        session.Event("Network.loadingFinished").OnEvent += (_, json) => bytes += (long)json!.Value.GetProperty("encodedDataLength").GetDouble();
        await somebody.Page.GotoAsync("/panel/components", new() { WaitUntil = WaitUntilState.Load });

        Assert.InRange(bytes, 10_000, 150_000);
    }

    private async Task<Colleague> OperatorComesAsync()
    {
        var somebody = await shop.ComeAsync();
        await somebody.SignsInAsync("operator@demo.automat", TestApp.Password);
        return somebody;
    }
}
