using Automat.Server.Messages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>Around the shop in a real browser: reporting a problem, reading it, the channel, and the shop as an app.</summary>
public sealed class AroundPagesTests(StaffedShop shop) : IClassFixture<StaffedShop>
{
    [Fact, Trait("Accepts", "S0-17")]
    public async Task A_problem_is_reported_at_a_machine_and_dealt_with_in_the_panel()
    {
        await using var customer = await shop.CustomerComesAsync(new Habits());
        var page = customer.Page;
        await page.GotoAsync("/m/snack-1");
        await customer.FollowsAsync("Report a problem");
        await customer.LooksAtAsync("report");
        await page.GetByLabel("A machine does not work").CheckAsync();
        await page.GetByLabel("What happened?").FillAsync("The door of the snack machine hangs.\nIt fell on my foot.");
        await page.Locator("#photo").SetInputFilesAsync(new FilePayload
        {
            Name = "door.png",
            MimeType = "image/png",
            Buffer = await page.ScreenshotAsync(),
        });
        await customer.ClicksAsync("Send");
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("It has arrived");
        await customer.LooksAtAsync("report-sent");

        await using var admin = await shop.AdministratorComesAsync();
        await admin.OpensAsync("/panel/messages", "messages");
        var id = (await shop.App.QueryAsync(db => db.Set<CustomerMessage>().AsNoTracking().SingleAsync(m => m.Photo != null))).Id;
        await admin.OpensAsync($"/panel/messages/{id}", "message");
        await admin.Page.Locator("select[name=state]").SelectOptionAsync("Done");
        await admin.Page.GetByLabel("Note").FillAsync("Hinge replaced.");
        await admin.LeavesAsync(() => admin.ClicksAsync("Save"));
        await admin.ReadsNoticeAsync("Saved.");
        await admin.OpensAsync("/panel/channels", "channels");
        await admin.Page.GetByLabel("Address of the webhook").FillAsync("https://discord.com/api/other");
        await admin.LeavesAsync(() => admin.ClicksAsync("Save"));
        await Expect(admin.Page.Locator("#address-wrong")).ToBeVisibleAsync();
        await admin.LooksAtAsync("channels-wrong");
        customer.HasNoComplaints();
        admin.HasNoComplaints("422");
    }

    [Theory]
    [InlineData("de-DE", 1280, "Etwas anderes", "Was ist passiert?", "Absenden")]
    [InlineData("es-ES", 360, "Otra cosa", "¿Qué ha pasado?", "Enviar")]
    public async Task Without_scripts_a_problem_is_reported_as_well(string locale, int width, string topic, string what, string send)
    {
        await using var customer = await shop.CustomerComesAsync(new Habits { Locale = locale, JavaScript = false, Screen = (width, 844) });
        await customer.Page.GotoAsync("/report");
        await customer.LooksAtAsync("report-without-scripts");
        await customer.Page.GetByLabel(topic).CheckAsync();
        await customer.Page.GetByLabel(what).FillAsync("?");
        await customer.ClicksAsync(send);

        await Expect(customer.Page).ToHaveURLAsync("/report?sent=1");
        customer.HasNoComplaints();
    }

    [Theory]
    [InlineData("de-DE", ColorScheme.Dark)]
    [InlineData("es-ES", ColorScheme.Light)]
    public async Task The_report_and_the_page_without_a_connection_can_be_used_by_night_and_on_a_small_phone(string locale, ColorScheme light)
    {
        await using var customer = await shop.CustomerComesAsync(new Habits { Locale = locale, Light = light, Screen = (320, 844) });
        foreach (var path in new[] { "/report", "/offline" })
        {
            await customer.Page.GotoAsync(path);
            await customer.LooksAtAsync("small-" + path[1..]);
        }

        customer.HasNoComplaints();
    }

    [Fact]
    public async Task The_shop_is_kept_as_an_app_that_holds_its_shell_and_no_page_and_says_when_there_is_no_connection()
    {
        await using var customer = await shop.CustomerComesAsync(new Habits());
        var page = customer.Page;
        await page.GotoAsync("/shop");
        await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await page.GotoAsync("/m/snack-1");
        await page.GotoAsync("/");

        var kept = await page.EvaluateAsync<string[]>(
            """
            async () => {
              const all = []
              for (const name of await caches.keys())
                for (const request of await (await caches.open(name)).keys()) all.push(new URL(request.url).pathname)
              return all
            }
            """);
        Assert.Contains("/offline", kept);
        Assert.All(kept, path => Assert.True(
            path == "/offline" || path.StartsWith("/assets/", StringComparison.Ordinal)
            || path.StartsWith("/images/", StringComparison.Ordinal) || path.StartsWith("/pictures/", StringComparison.Ordinal),
            $"{path} is kept."));

        await page.Context.SetOfflineAsync(true);
        await page.GotoAsync("/shop/cart");
        await customer.ReadsAsync("No connection");
        await page.Context.SetOfflineAsync(false);
        await customer.FollowsAsync("Try again");
        await Expect(page.Locator(".machines")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-update]")).ToBeHiddenAsync();
        var manifest = await page.EvaluateAsync<string>(
            "async () => JSON.stringify(await (await fetch(document.querySelector('link[rel=manifest]').href)).json())");
        Assert.Contains("maskable", manifest, StringComparison.Ordinal);
        customer.HasNoComplaints("ERR_INTERNET_DISCONNECTED", "Failed to fetch");
    }
}
