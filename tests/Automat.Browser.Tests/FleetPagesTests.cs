using System.Text.Json;
using Automat.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>Machines and their layouts, as staff look after them: with a mouse, with nothing but keys, on a phone.</summary>
public sealed class FleetPagesTests(StaffedShop shop) : IClassFixture<StaffedShop>
{
    [Fact, Trait("Accepts", "S2-16"), Trait("Accepts", "S2-12")]
    public async Task A_machine_is_registered_filled_by_dragging_published_and_told()
    {
        await using var admin = await shop.AdministratorComesAsync();
        var page = admin.Page;
        await admin.OpensAsync("/panel/machines", "machines");
        await admin.OpensAsync("/panel/machines/new", "machines-new");
        await admin.FollowsAsync("Vending machine with our controller");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Wall by the pool");
        await page.GetByLabel("Id", new() { Exact = true }).FillAsync("snack-1");
        await page.GetByLabel("Place", new() { Exact = true }).FillAsync("Pool");
        await admin.LeavesAsync(() => admin.ClicksAsync("Register"));
        await Expect(page.Locator(".wrong")).ToContainTextAsync("has this id");
        await admin.LooksAtAsync("machines-new-taken");
        await page.GetByLabel("Id", new() { Exact = true }).FillAsync("pool-1");
        await admin.LeavesAsync(() => admin.ClicksAsync("Register"));
        var secret = await page.Locator("[data-secret]").InnerTextAsync();
        await admin.LooksAtAsync("machine-connect");
        var device = new TestDevice(shop.App, "pool-1", secret);
        var before = await device.GetAsync("/device/v1/config");
        Assert.Equal(200, before.Status);

        await admin.OpensAsync("/panel/machines/pool-1/planogram", "planogram-empty");
        await page.SetViewportSizeAsync(1280, 1400);
        await DragAsync(page, "[data-product='1']", "[data-well='A1']");
        await Expect(page.Locator("[data-goods='A1']")).ToBeVisibleAsync();
        await DragAsync(page, "[data-product='2']", "[data-well='A3']");
        await Expect(page.Locator("[data-goods='A3']")).ToBeVisibleAsync();
        var first = await page.Locator("[data-goods='A1'] .place-name").InnerTextAsync();
        await DragAsync(page, "[data-goods='A1']", "[data-well='A3']");
        await Expect(page.Locator("[data-goods='A3'] .place-name")).ToHaveTextAsync(first); // they changed places
        await page.Locator("#edit-A1").ClickAsync();
        await page.Locator("#par-A1").FillAsync("99");
        await Expect(page.Locator("#slot-A1 [data-check-result]")).ToContainTextAsync("more than fits"); // while typing
        await admin.LooksAtAsync("planogram-wrong");
        await page.Locator("#par-A1").FillAsync("9");
        await page.Locator("#price-A1").FillAsync("1,95");
        await page.Locator("#save-A1").ClickAsync();
        await Expect(page.Locator("[data-code='A1'] .place-price")).ToContainTextAsync("1.95");
        await admin.LooksAtAsync("planogram-draft");
        await admin.FollowsAsync("Review and publish");
        await admin.LooksAtAsync("planogram-review");
        await page.GetByLabel("Note").FillAsync("First filling");
        await admin.LeavesAsync(() => admin.ClicksAsync("Publish"));
        await admin.ReadsNoticeAsync("Published. The machine is told with its next heartbeat.");

        var told = await TestApp.EventuallyAsync(
            () => device.PostAsync("/device/v1/heartbeat", $$"""{"config_etag":{{JsonSerializer.Serialize(before.Etag)}},"faults":[]}"""),
            answer => answer.Json.GetProperty("reload_config").GetBoolean());
        Assert.Equal(200, told.Status);
        var after = await device.GetAsync("/device/v1/config", before.Etag);
        Assert.NotEqual(before.Etag, after.Etag);
        Assert.Equal(2, after.Json.GetProperty("slots").GetArrayLength());
        await admin.OpensAsync("/panel/machines/pool-1/planogram/history", "planogram-history");
        await admin.OpensAsync("/panel/machines/pool-1", "machine-new");
        admin.HasNoComplaints("409", "422");
    }

    [Fact, Trait("Accepts", "S2-12")]
    public async Task Keys_are_enough_to_place_move_set_several_and_bring_back()
    {
        await shop.App.GivenMachineAsync("keys-1");
        await using var somebody = await shop.ComeAsync();
        await somebody.SignsInAsync("operator@demo.automat", TestApp.Password);
        var page = somebody.Page;
        await page.GotoAsync("/panel/machines/keys-1/planogram");

        await page.Locator("#goods-q").FocusAsync();
        await somebody.TabsToAsync(page.Locator("#goods-list input").First);
        await page.Keyboard.PressAsync("Space");
        await page.Keyboard.PressAsync("ArrowDown");
        await somebody.TabsToAsync(page.Locator("#put-A2"));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-goods='A2']")).ToBeVisibleAsync();
        await Expect(page.Locator("#planogram-said")).ToHaveTextAsync("The product lies in the draft."); // heard, too
        await Expect(page.Locator("#put-A2")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Shift+Tab");
        await page.Keyboard.PressAsync("Shift+Tab");
        await Expect(page.Locator("#pick-A2")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Space");
        await somebody.TabsToAsync(page.Locator("#move-to"));
        await page.Keyboard.TypeAsync("B1");
        await somebody.TabsToAsync(page.Locator("#move"));
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("[data-goods='B1']")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-goods='A2']")).ToHaveCountAsync(0);
        await page.Locator("[data-select='all']").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await somebody.TabsToAsync(page.Locator("#all-price"));
        await page.Keyboard.TypeAsync("2.50");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator(".place-price", new() { HasText = "2.50" })).ToHaveCountAsync(2);
        await page.Locator("#review").FocusAsync();
        await somebody.LeavesAsync(() => page.Keyboard.PressAsync("Enter"));
        await page.GetByLabel("Note").FocusAsync();
        await somebody.TabsToAsync(page.Locator("#publish"));
        await somebody.LeavesAsync(() => page.Keyboard.PressAsync("Enter"));
        await page.GotoAsync("/panel/machines/keys-1/planogram/history");
        await page.Locator(".confirm > summary").First.PressAsync("Enter");
        await somebody.LeavesAsync(() => Question(page).GetByRole(AriaRole.Button).First.PressAsync("Enter"));
        await somebody.ReadsNoticeAsync("Brought back, as the newest version.");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Version 3" })).ToBeVisibleAsync();
        somebody.HasNoComplaints();
    }

    [Fact, Trait("Accepts", "S2-16")]
    public async Task The_pages_of_a_machine_hold_what_staff_need_and_fit_a_phone()
    {
        await using var admin = await shop.AdministratorComesAsync();
        var page = admin.Page;
        await admin.OpensAsync("/panel/machines/snack-1", "machine");
        await admin.TabsThroughAsync("machine");
        await admin.OpensAsync("/panel/machines/snack-1/planogram", "planogram");
        await admin.TabsThroughAsync("planogram");
        await admin.OpensAsync("/panel/machines/labels?id=snack-1&id=fridge-1", "labels");
        await Expect(page.Locator(".label-sheet")).ToHaveCountAsync(2);
        await admin.OpensAsync("/panel/machines?problem=sold_out&q=snack&sort=-name", "machines-sold-out");
        await Expect(page.Locator("#machines tbody tr")).ToHaveCountAsync(2);
        await page.GotoAsync("/panel/machines/robot-1");
        await page.Locator("#state ~ .actions .confirm > summary").First.ClickAsync();
        await admin.LeavesAsync(() => Question(page).GetByRole(AriaRole.Button).First.ClickAsync());
        await admin.ReadsNoticeAsync("The machine is out of service.");
        await page.Locator("#state ~ .actions .confirm > summary").ClickAsync();
        await Question(page).Locator("input[name=confirm]").FillAsync("robot-2");
        await admin.LeavesAsync(() => Question(page).GetByRole(AriaRole.Button).First.ClickAsync());
        await admin.ReadsNoticeAsync("The id was not typed right. Nothing was done.");
        await admin.LooksAtAsync("machine-out-of-service");
        await admin.LeavesAsync(() => page.Locator("#activate").ClickAsync());
        await admin.ReadsNoticeAsync("The machine is in service.");
        admin.HasNoComplaints("422");
    }

    [Fact]
    public async Task Without_scripts_the_same_forms_make_a_draft()
    {
        await shop.App.GivenMachineAsync("plain-1");
        await using var somebody = await shop.ComeAsync(new Habits { Screen = (390, 844), JavaScript = false });
        var page = somebody.Page;
        await page.GotoAsync("/sign-in");
        await page.Locator("form[action='/sign-in'] [name=name]").FillAsync("operator@demo.automat");
        await page.Locator("form[action='/sign-in'] [name=password]").FillAsync(TestApp.Password);
        await page.Locator("form[action='/sign-in'] button").ClickAsync();
        await page.GotoAsync("/panel/machines/plain-1/planogram");

        await page.Locator("#goods-list input").Nth(1).CheckAsync();
        await page.Locator("#put-A3").ClickAsync();

        await Expect(page.Locator("[data-goods='A3']")).ToBeVisibleAsync();
        await page.Locator("#edit-A3").ClickAsync();
        await page.Locator("#min-A3").FillAsync("50");
        await page.Locator("#save-A3").ClickAsync();
        await Expect(page.Locator("#slot-A3 .wrong")).ToContainTextAsync("above the par level");
    }

    private static ILocator Question(IPage page) => page.GetByRole(AriaRole.Dialog);

    private static async Task DragAsync(IPage page, string from, string to)
    {
        await page.Locator(from).First.ScrollIntoViewIfNeededAsync();
        var (start, end) = (await CenterAsync(page, from), await CenterAsync(page, to));
        await page.Mouse.MoveAsync(start.X, start.Y);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(start.X + 12, start.Y + 12, new() { Steps = 3 });
        await page.Mouse.MoveAsync(end.X, end.Y, new() { Steps = 12 });
        await page.Mouse.MoveAsync(end.X + 2, end.Y + 2, new() { Steps = 2 });
        await page.Mouse.UpAsync();
    }

    private static async Task<(float X, float Y)> CenterAsync(IPage page, string place)
    {
        var box = (await page.Locator(place).First.BoundingBoxAsync())!;
        return (box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }
}
