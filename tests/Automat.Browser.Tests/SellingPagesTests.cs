using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.Reports;
using Automat.Server.Settlements;
using Automat.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>Sales, chips, the ledger and reports: usable by everybody, by day and by night, on a phone and at a desk.</summary>
public sealed class SellingPagesTests(StaffedShop shop) : IClassFixture<StaffedShop>
{
    [Fact, Trait("Accepts", "S3-04"), Trait("Accepts", "S2-06")]
    public async Task Looking_at_sales_and_clearing_up_a_doubt()
    {
        await using var admin = await shop.AdministratorComesAsync();
        var page = admin.Page;
        await admin.OpensAsync("/panel/doubts", "doubts-none");
        var (sold, doubt) = await SellAsync("look");
        await admin.OpensAsync("/panel/sales?machine=look-1", "sales");
        await admin.OpensAsync($"/panel/sales/{sold.Id}", "sale");
        await admin.OpensAsync("/panel/sales?from=yesterday", "sales-wrong");
        await admin.OpensAsync("/panel/doubts", "doubts");
        var card = page.Locator($"#doubt-{doubt.Id}");
        await card.GetByText("Give the money back").First.ClickAsync();
        var question = page.Locator("dialog").Filter(new() { Has = page.Locator($"#back-{doubt.Id}") });
        await question.GetByLabel("How do you know?").FillAsync("The flap was shut");
        await admin.LooksAtAsync("doubt-sure");
        await admin.LeavesAsync(() => question.GetByRole(AriaRole.Button, new() { Name = "Give the money back" }).ClickAsync());
        await admin.ReadsNoticeAsync("The money goes back to the customer.");
        await admin.OpensAsync($"/panel/sales/{doubt.Id}", "sale-called-off");
        await Expect(page.GetByText("vend.resolved_not_delivered")).ToBeVisibleAsync();
        admin.HasNoComplaints("422", "does not conform"); // a day typed as a word
    }

    [Fact, Trait("Accepts", "S2-29"), Trait("Accepts", "S2-08")]
    public async Task Reading_the_ledger_and_verifying_it()
    {
        await SellAsync("books");
        await using var admin = await shop.AdministratorComesAsync();
        await admin.OpensAsync("/panel/ledger", "ledger");
        await admin.OpensAsync("/panel/ledger?account=held", "ledger-account");
        await admin.OpensAsync("/panel/ledger/balance", "trial-balance");
        await admin.OpensAsync("/panel/ledger/verify", "verify");
        await admin.LeavesAsync(() => admin.ClicksAsync("Verify now"));
        // The page follows by itself.
        await Expect(admin.Page.GetByRole(AriaRole.Heading, new() { Name = "The ledger is unbroken" })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await admin.LooksAtAsync("verified");
        admin.HasNoComplaints();
    }

    [Fact, Trait("Accepts", "S2-01"), Trait("Accepts", "S2-04")]
    public async Task Looking_after_chips()
    {
        var chip = await shop.App.GivenChipAsync(1_250);
        await using var admin = await shop.AdministratorComesAsync();
        var page = admin.Page;
        await admin.OpensAsync("/panel/chips", "chips");
        await admin.OpensAsync("/panel/chips/new", "chip-new");
        await admin.OpensAsync($"/panel/chips/{chip.Id}", "chip");
        var form = page.Locator("form[action$='/top-up']");
        await form.GetByLabel("Amount in EUR").FillAsync("a lot");
        await admin.LeavesAsync(() => form.GetByRole(AriaRole.Button).ClickAsync());
        await admin.LooksAtAsync("chip-wrong");
        await form.GetByLabel("Amount in EUR").FillAsync("5");
        await admin.LeavesAsync(() => form.GetByRole(AriaRole.Button).ClickAsync());
        await admin.ReadsNoticeAsync("The credit is on the chip.");
        await admin.OpensAsync("/panel/chips/jobs", "chip-jobs");
        await page.GetByLabel("Only those in this state").SelectOptionAsync("locked");
        await admin.LeavesAsync(() => admin.ClicksAsync("See what would happen"));
        await admin.LooksAtAsync("chip-job");
        admin.HasNoComplaints("422");
    }

    [Fact, Trait("Accepts", "S2-29")]
    public async Task Reading_reports_and_keeping_one()
    {
        await SellAsync("report");
        await CatchUpAsync();
        await using var admin = await shop.AdministratorComesAsync();
        foreach (var kind in Enum.GetValues<ReportKind>())
        {
            var word = kind.ToString().ToLowerInvariant();
            await admin.OpensAsync($"/panel/reports?kind={word}", $"report-{word}");
        }

        await admin.Page.GotoAsync("/panel/reports?kind=products");
        await admin.Page.GetByLabel("By mail").SelectOptionAsync("Weekly");
        await admin.TypesAsync("Name", "What sells", "Keep");
        await admin.ReadsNoticeAsync("Kept.");
        await admin.LooksAtAsync("report-kept");
        admin.HasNoComplaints();
    }

    [Fact, Trait("Accepts", "S2-29")]
    public async Task Holding_the_provider_against_the_books_and_seeing_what_banks_ask_back()
    {
        var (sold, _) = await SellAsync("settle");
        await shop.App.Provider.ControlAsync($"charges/{await shop.App.Provider.ChargeOfAsync(sold.Session!)}/dispute", new { reason = "fraudulent" });
        await using var admin = await shop.AdministratorComesAsync();
        await admin.OpensAsync("/panel/settlement?from=2026-01-02&to=2026-01-01", "settlement-wrong");
        await shop.App.Services.GetRequiredService<CompareSettlement>().RunAsync(default);
        await admin.OpensAsync("/panel/settlement", "settlement");
        await TestApp.EventuallyAsync(() => shop.App.QueryAsync(db => db.Set<DisputeCase>().CountAsync()), count => count > 0);
        await admin.OpensAsync("/panel/disputes", "disputes");
        await admin.OpensAsync("/panel/dex?machine=settle-1", "dex-machine");
        admin.HasNoComplaints("422");
    }

    [Theory]
    [InlineData("de-DE")]
    [InlineData("es-ES")]
    public async Task Longer_words_fit_a_small_phone_and_a_keyboard_reaches_everything(string locale)
    {
        var (sold, _) = await SellAsync($"fit-{locale[..2]}");
        var chip = await shop.App.GivenChipAsync(100);
        await CatchUpAsync();
        await using var admin = await shop.AdministratorComesAsync(new Habits { Locale = locale, Screen = (320, 844) });
        string[] paths =
        [
            "/panel/sales", $"/panel/sales/{sold.Id}", "/panel/doubts", "/panel/chips", "/panel/chips/new", $"/panel/chips/{chip.Id}", "/panel/chips/jobs",
            "/panel/ledger", "/panel/ledger/balance", "/panel/ledger/verify", "/panel/reports", "/panel/reports?kind=taxes", "/panel/reports?kind=failures",
            "/panel/reports?kind=soldout", "/panel/reports?kind=cash", "/panel/settlement", "/panel/disputes",
        ];
        foreach (var path in paths)
        {
            await admin.Page.GotoAsync(path);
            await admin.FitsAsync(path);
        }

        await admin.Page.SetViewportSizeAsync(1280, 900);
        foreach (var path in locale == "de-DE" ? paths[..7] : paths[7..])
        {
            await admin.Page.GotoAsync(path);
            await admin.TabsThroughAsync(path);
        }

        admin.HasNoComplaints();
    }

    /// <summary>A sale that was delivered and one nobody knows the end of.</summary>
    private async Task<(Vend Sold, Vend Doubt)> SellAsync(string name)
    {
        var app = shop.App;
        await app.GivenMachineAsync($"{name}-1");
        await app.GivenMachineAsync($"{name}-2");
        app.Hand.Answer(DeliveryOutcome.Delivered, "dropped");
        var good = await app.Buyer.OpenAsync($"{name}-1");
        await app.Provider.PayAsync(good);
        var sold = await app.VendAsync(good, VendStatus.Committed);
        app.Hand.Wait();
        app.Hand.Answer(DeliveryOutcome.Unknown, "no_answer");
        var bad = await app.Buyer.OpenAsync($"{name}-2");
        await app.Provider.PayAsync(bad);
        var doubt = await app.VendAsync(bad, VendStatus.Unknown);
        app.Hand.Wait();
        return (sold, doubt);
    }

    private async Task CatchUpAsync()
    {
        var organizations = await shop.App.QueryAsync(db => db.Set<Automat.Domain.Organization>().Select(o => o.Id).ToListAsync());
        await using var connection = await shop.App.Services.GetRequiredService<CrossingDataSource>().Source.OpenConnectionAsync();
        foreach (var organization in organizations) await SalesDays.CatchUpAsync(connection, organization, TimeProvider.System.GetUtcNow(), default);
    }
}
