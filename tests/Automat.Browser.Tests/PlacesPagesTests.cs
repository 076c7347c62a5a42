using System.Text;
using Automat.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>Where one works, what one sets, what goes onto paper, and a machine tried without a customer.</summary>
public sealed class PlacesPagesTests(StaffedShop shop) : IClassFixture<StaffedShop>
{
    [Fact, Trait("Accepts", "S3-01")]
    public async Task Somebody_of_two_organisations_works_for_one_and_then_for_the_other()
    {
        await using var somebody = await ComesAsync("operator@demo.automat");
        const string Second = "00000000-0000-7000-8000-000000000007";
        await shop.App.SetUpAsync(
            $"insert into organizations (id, name, currency, created_at) values ('{Second}', 'Second House', 'EUR', now()); "
            + $"insert into ledger_heads values ('{Second}', 0, decode(repeat('00', 32), 'hex')); "
            + "insert into memberships (organization_id, person_id, role, created_at) "
            + $"select '{Second}', id, 'Operator', now() from people where user_name = 'operator@demo.automat'");
        var page = somebody.Page;
        await page.GotoAsync("/panel/machines");
        await Expect(page.Locator("main")).ToContainTextAsync("Snack Wall");

        await page.Locator("summary.side-name").ClickAsync();
        await somebody.LeavesAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Work for Second House" }).ClickAsync());
        await Expect(page.Locator(".side-name")).ToContainTextAsync("Second House");
        await somebody.LooksAtAsync("home-of-second");
        await page.GotoAsync("/panel/machines");
        await Expect(page.Locator("main")).Not.ToContainTextAsync("Snack Wall");
        Assert.Equal(404, (await page.GotoAsync("/panel/machines/snack-1"))!.Status);
        await page.GotoAsync("/panel");
        await page.Locator("summary.side-name").ClickAsync();
        await somebody.LeavesAsync(() => page.GetByRole(AriaRole.Button, new() { Name = "Work for Demo Automat" }).ClickAsync());

        await page.GotoAsync("/panel/machines");
        await Expect(page.Locator("main")).ToContainTextAsync("Snack Wall");
        somebody.HasNoComplaints("404");
    }

    [Fact, Trait("Accepts", "S2-16")]
    public async Task Labels_and_a_pick_list_come_onto_paper_without_what_can_only_be_clicked()
    {
        await using var admin = await shop.AdministratorComesAsync();
        var page = admin.Page;

        await page.GotoAsync("/panel/machines/labels?id=snack-1&id=cab001");
        var labels = await PrintAsync(page, "labels");
        Assert.Equal(2, await page.Locator(".label-sheet:visible").CountAsync());
        Assert.Equal(0, await page.Locator(".no-print:visible, .side:visible, button:visible").CountAsync());
        await page.EmulateMediaAsync(new() { Media = Media.Screen });

        await page.GotoAsync("/panel/restock");
        await admin.LeavesAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "Pick list Town round" }).ClickAsync());
        var list = await PrintAsync(page, "pick-list");
        Assert.NotEqual(0, await page.Locator(".pick-line:visible").CountAsync());
        Assert.Equal(0, await page.Locator(".side:visible, .button:visible, button:visible").CountAsync());

        Assert.Equal("%PDF-", Encoding.ASCII.GetString(labels, 0, 5));
        Assert.Equal("%PDF-", Encoding.ASCII.GetString(list, 0, 5));
        admin.HasNoComplaints();
    }

    [Fact, Trait("Accepts", "S2-16")]
    public async Task Rules_are_set_with_what_is_wrong_beside_its_field()
    {
        await using var admin = await shop.AdministratorComesAsync();
        var page = admin.Page;
        await admin.OpensAsync("/panel/settings", "settings");

        await page.GetByLabel("Days customers may claim").FillAsync("0");
        await admin.LeavesAsync(() => page.Locator("form[action='/panel/settings/refunds'] button").ClickAsync());
        await Expect(page.Locator("#claim_days")).ToHaveAttributeAsync("aria-invalid", "true");
        await admin.LooksAtAsync("settings-rules-wrong");
        await page.GetByLabel("Days customers may claim").FillAsync("14");
        await admin.LeavesAsync(() => page.Locator("form[action='/panel/settings/refunds'] button").ClickAsync());
        await admin.ReadsNoticeAsync("Saved. The rules hold from now on.");
        await page.GetByLabel("What customers wrote, days").FillAsync("90");
        await admin.LeavesAsync(() => page.Locator("form[action='/panel/settings/retention'] button").ClickAsync());
        await admin.ReadsNoticeAsync("Saved. The next sweep goes by it.");
        await Expect(page.Locator("#keep_Messages")).ToHaveValueAsync("90");
        await Expect(page.Locator("#claim_days")).ToHaveValueAsync("14");
        admin.HasNoComplaints("422");
    }

    [Fact, Trait("Accepts", "S2-16")]
    public async Task A_machine_sells_a_test_piece_from_its_page()
    {
        var device = new TestDevice(shop.App);
        await device.PostAsync("/device/v1/heartbeat", """{"faults":[]}""");
        await using var admin = await shop.AdministratorComesAsync();
        var page = admin.Page;
        await page.GotoAsync("/panel/machines/snack-1");

        await page.GetByText("Sell a test piece").First.ClickAsync();
        await page.Locator("dialog #slot").SelectOptionAsync("A1");
        await admin.LooksAtAsync("machine-test-sale");
        await admin.LeavesAsync(() => page.Locator("dialog button[data-tone]:visible").ClickAsync());
        await admin.ReadsNoticeAsync("The test sale is on its way. It stands among the sales, free of charge.");
        var commands = await TestApp.EventuallyAsync(() => device.GetAsync("/device/v1/commands"), answer => answer.Json.GetProperty("commands").GetArrayLength() > 0);
        await device.AcknowledgeAsync(commands.Json.GetProperty("commands")[0].GetProperty("id").GetString()!);

        await admin.OpensAsync("/panel", "home-with-places");
        await Expect(page.Locator(".place-list li").First).ToBeVisibleAsync();
        admin.HasNoComplaints();
    }

    private async Task<Colleague> ComesAsync(string name)
    {
        var somebody = await shop.ComeAsync();
        await somebody.SignsInAsync(name, TestApp.Password);
        return somebody;
    }

    /// <summary>The page on paper: as it is printed, kept as a picture.</summary>
    private static async Task<byte[]> PrintAsync(IPage page, string name)
    {
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await page.SetViewportSizeAsync(794, 1123); // A4
        await Everybody.KeepPictureAsync(page, $"staff-print-{name}");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"));
        return await page.PdfAsync(new() { Format = "A4" });
    }
}
