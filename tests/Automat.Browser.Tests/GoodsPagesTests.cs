using Automat.Testing;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>The range and the stock at a real browser: a product with its picture, a happy hour, goods received, a visit on a phone.</summary>
public sealed class GoodsPagesTests(StaffedShop shop) : IClassFixture<StaffedShop>
{
    // Eight by eight pixels, blue on nothing.
    private const string Picture =
        "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAYAAADED76LAAAACXBIWXMAAAPoAAAD6AG1e1JrAAAAFklEQVQYlWNgoBqQkzvxHxkPhAKyAQCAUCAxezPk9wAAAABJRU5ErkJggg==";

    [Fact]
    [Trait("Accepts", "S2-15")]
    [Trait("Accepts", "S0-04")]
    public async Task A_product_with_a_picture_and_a_happy_hour_for_its_shelf()
    {
        await using var somebody = await OperatorComesAsync();
        var page = somebody.Page;
        await somebody.OpensAsync("/panel/products", "products");
        await somebody.OpensAsync("/panel/products/new", "product-new");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Elderflower fizz");
        await page.GetByLabel("Category").FillAsync("Spring drinks");
        await page.GetByLabel("Price (EUR)").FillAsync("2,40");
        await page.GetByLabel("Bar code").FillAsync("4006381333932");
        await page.GetByLabel("Sulphites").CheckAsync();
        await somebody.LeavesAsync(() => somebody.ClicksAsync("Add product"));
        await Expect(page.Locator(".wrong")).ToContainTextAsync("Not a valid bar code");
        await Expect(page.GetByLabel("Sulphites")).ToBeCheckedAsync();
        await somebody.LooksAtAsync("product-wrong");
        await page.GetByLabel("Bar code").FillAsync("4006381333931");
        await page.GetByLabel("New picture").SetInputFilesAsync(new FilePayload { Name = "../../etc/passwd.png", MimeType = "image/png", Buffer = Convert.FromBase64String(Picture) });
        await somebody.LeavesAsync(() => somebody.ClicksAsync("Add product"));
        await somebody.ReadsNoticeAsync("The product was added.");
        await Expect(page.Locator(".goods-picture")).ToHaveJSPropertyAsync("naturalWidth", 8);
        await somebody.LooksAtAsync("product");

        await somebody.OpensAsync("/panel/categories", "categories");
        await page.GotoAsync("/panel/prices/new");
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Happy hour");
        await page.GetByLabel("Add a category").SelectOptionAsync("Spring drinks");
        await page.GetByLabel("By percent").FillAsync("-25");
        await somebody.LeavesAsync(() => somebody.ClicksAsync("Save"));
        await somebody.ReadsNoticeAsync("Saved. Machines hear of new prices by themselves.");
        await Expect(page.GetByLabel("Elderflower fizz")).ToHaveValueAsync("1.80");
        await somebody.LooksAtAsync("price-list");
        await somebody.OpensAsync("/panel/prices", "prices");
        await Expect(page.Locator(".shelf").First).ToContainTextAsync("Holds now");
        somebody.HasNoComplaints("422");
    }

    [Fact]
    [Trait("Accepts", "S2-15")]
    public async Task A_file_is_looked_at_before_it_is_taken_in()
    {
        await using var somebody = await OperatorComesAsync();
        var page = somebody.Page;
        await somebody.OpensAsync("/panel/products/import", "import");
        await page.GetByLabel("CSV file").SetInputFilesAsync(new FilePayload
        {
            Name = "range.csv",
            MimeType = "text/csv",
            Buffer = "name,price,tax\nRice cake,1.10,7\nNo price,,7\n"u8.ToArray(),
        });
        await somebody.LeavesAsync(() => somebody.ClicksAsync("Look at it"));
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("price: An amount above nothing");
        await somebody.LooksAtAsync("import-looked-at");
        await somebody.LeavesAsync(() => somebody.ClicksAsync("Take in the good lines"));
        await Expect(page.Locator("#import-headline")).ToHaveTextAsync("range.csv is taken in");
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("price: An amount above nothing");
        await somebody.LooksAtAsync("import-done");
        await page.GotoAsync("/panel/products?q=Rice");
        await page.GetByLabel("Choose Rice cake").CheckAsync();
        await page.GetByLabel("New value").FillAsync("10");
        await somebody.LeavesAsync(() => somebody.ClicksAsync("Change"));
        await somebody.ReadsNoticeAsync("Products changed: 1");
        await Expect(page.Locator("tr", new() { HasText = "Rice cake" })).ToContainTextAsync("€1.21");
        somebody.HasNoComplaints();
    }

    [Fact]
    [Trait("Accepts", "S1-04")]
    [Trait("Accepts", "S3-02")]
    [Trait("Accepts", "S3-05")]
    public async Task Goods_are_received_picked_and_put_into_a_machine_with_one_hand()
    {
        await using var somebody = await OperatorComesAsync();
        var page = somebody.Page;
        await somebody.OpensAsync("/panel/stock", "stock");
        await page.GetByText("Book goods", new() { Exact = true }).ClickAsync();
        await page.Locator("#move-place").SelectOptionAsync(new SelectOptionValue { Label = "Van 1" });
        await page.Locator("#product").SelectOptionAsync(new SelectOptionValue { Label = "Chewing gum" });
        await page.Locator("input[name=quantity]").FillAsync("24");
        await page.Locator("[name=expires_on]").FillAsync("2027-06-30");
        await somebody.LooksAtAsync("stock-move");
        await somebody.LeavesAsync(() => somebody.ClicksAsync("Book"));
        await somebody.ReadsNoticeAsync("Booked. It stands in the log of movements.");
        await somebody.OpensAsync("/panel/stock/low", "low");
        await somebody.OpensAsync("/panel/stock/places", "places");

        await page.SetViewportSizeAsync(360, 740);
        await somebody.OpensAsync("/panel/restock", "restock");
        await page.GetByRole(AriaRole.Link, new() { Name = "Pick list Town round" }).ClickAsync();
        await somebody.ReadsAsync("Town round");
        await somebody.LooksAtAsync("pick-list");
        await page.SetViewportSizeAsync(360, 740);
        await page.GetByRole(AriaRole.Link, new() { Name = "Visit Snack Wall" }).ClickAsync();
        await somebody.ReadsAsync("Snack Wall");
        await somebody.LooksAtAsync("visit");
        await page.SetViewportSizeAsync(360, 740);
        await page.Locator("#filled_B2").FillAsync("99");
        await somebody.LeavesAsync(() => somebody.ClicksAsync("Close the visit"));
        await somebody.ReadsNoticeAsync("B2: More than fit. Nothing was booked.");
        await page.Locator("#filled_B2").FillAsync("10");
        await page.Locator("#found_A1").FillAsync("9");
        await page.GetByLabel("Number on the cash bag").FillAsync("B-4711");
        await somebody.LeavesAsync(() => somebody.ClicksAsync("Close the visit"));
        await somebody.ReadsNoticeAsync("The visit at Snack Wall is closed.");
        await Expect(page.GetByText("Done today")).ToBeVisibleAsync();
        await somebody.OpensAsync("/panel/stock/movements?kind=byhand", "movements");
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync("Put into a machine");
        somebody.HasNoComplaints("422");
    }

    [Fact]
    public async Task The_pages_speak_German_and_fit_a_small_phone()
    {
        await using var somebody = await OperatorComesAsync(new Habits { Locale = "de-DE", Screen = (360, 740) });
        foreach (var path in new[] { "/panel/products/new", "/panel/prices/new", "/panel/stock", "/panel/restock/new", "/panel/restock/visit/snack-1" })
        {
            await somebody.Page.GotoAsync(path);
            await somebody.FitsAsync(path);
        }

        somebody.HasNoComplaints();
    }

    private async Task<Colleague> OperatorComesAsync(Habits? habits = null)
    {
        var somebody = await shop.ComeAsync(habits);
        await somebody.SignsInAsync("operator@demo.automat", TestApp.Password);
        return somebody;
    }
}
