using Automat.Testing.Storefront;
using Microsoft.Playwright;

namespace Automat.Browser.Tests;

/// <summary>Every customer page, in every state: usable by everybody, by day and by night, under the strict policy.</summary>
public sealed class StorefrontPagesTests(StorefrontInABrowser browser) : IClassFixture<StorefrontInABrowser>
{
    public static TheoryData<string, ColorScheme> PagesByDayAndNight()
    {
        var all = new TheoryData<string, ColorScheme>();
        foreach (var path in StorefrontPreview.Paths)
        {
            all.Add(path, ColorScheme.Light);
            all.Add(path, ColorScheme.Dark);
        }

        return all;
    }

    [Theory, MemberData(nameof(PagesByDayAndNight)), Trait("Accepts", "S2-28")]
    public async Task Axe_finds_nothing_and_nothing_scrolls_sideways(string path, ColorScheme scheme)
    {
        var page = await browser.OpenAsync(path, scheme);

        var faults = await Everybody.FaultsAsync(page, scheme is ColorScheme.Dark ? Everybody.ContrastOnly : Everybody.AllRules);

        await KeepPictureAsync(page, path, $"{scheme}-phone");
        Assert.Empty(faults);
        foreach (var width in new[] { 320, 1280 }) await AssertFitsAsync(page, path, width);
        await KeepPictureAsync(page, path, $"{scheme}-desk");
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("de")]
    [InlineData("es")]
    public async Task Longer_words_fit_a_small_phone_too(string language)
    {
        var page = await browser.OpenAsync($"/?lang={language}");

        foreach (var path in StorefrontPreview.Paths)
        {
            await page.GotoAsync(path);
            await AssertFitsAsync(page, path, 320);
            await KeepPictureAsync(page, path, language);
        }
    }

    [Fact]
    public async Task A_purchase_follows_itself_to_the_end()
    {
        var page = await browser.OpenAsync("/vends/awaiting");

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Enjoy!");

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync("Enjoy!");
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Receipt" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Without_JavaScript_a_purchase_is_followed_by_reloading()
    {
        var page = await browser.OpenAsync("/vends/code", javaScript: false);

        await Assertions.Expect(page.Locator("meta[http-equiv=refresh]")).ToHaveCountAsync(1);
        await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = "Refresh" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_new_version_waits_until_it_is_wanted_and_then_drops_what_the_old_one_kept()
    {
        const string Kept = "caches.keys().then(names => names.filter(name => name !== 'automat-pictures').join())";
        var page = await browser.OpenAsync("/");
        await page.EvaluateAsync("navigator.serviceWorker.ready.then(() => true)");
        await page.WaitForFunctionAsync("() => navigator.serviceWorker.controller !== null");
        var old = await page.EvaluateAsync<string>(Kept);
        var bar = page.Locator("[data-update]");
        await Assertions.Expect(bar).ToBeHiddenAsync();

        browser.Renew();
        await page.EvaluateAsync("navigator.serviceWorker.getRegistration().then(registration => registration.update()).then(() => true)");
        await Assertions.Expect(bar).ToBeVisibleAsync();
        Assert.Empty(await Everybody.FaultsAsync(page, Everybody.AllRules));
        Assert.Contains(old, await page.EvaluateAsync<string>(Kept), StringComparison.Ordinal); // nobody's page changes under their hands
        await page.EvaluateAsync("document.documentElement.dataset.old = ''");
        await bar.GetByRole(AriaRole.Button).ClickAsync();

        await Assertions.Expect(page.Locator("html:not([data-old])")).ToHaveCountAsync(1);
        await Assertions.Expect(bar).ToBeHiddenAsync();
        var kept = await page.EvaluateAsync<string>(Kept);
        Assert.NotEqual(old, kept);
        Assert.DoesNotContain(",", kept, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cart_adds_up_while_it_is_filled()
    {
        var page = await browser.OpenAsync("/m/robot");

        await page.GetByRole(AriaRole.Button, new() { Name = "One Chocolate bar more" }).ClickAsync();
        await page.GetByRole(AriaRole.Spinbutton, new() { Name = "Quantity of Lemonade" }).FillAsync("3");

        await Assertions.Expect(page.Locator("[data-total-amount]")).ToHaveTextAsync("€12.00");
    }

    [Fact]
    public async Task Without_JavaScript_a_cart_is_numbers_and_a_button()
    {
        var page = await browser.OpenAsync("/m/robot", javaScript: false);

        await Assertions.Expect(page.GetByRole(AriaRole.Spinbutton, new() { Name = "Quantity of Lemonade" })).ToBeVisibleAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "One Chocolate bar more" })).ToBeHiddenAsync();
        await Assertions.Expect(page.Locator("[data-total-amount]")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task The_light_is_switched_with_a_link_and_stays()
    {
        var page = await browser.OpenAsync("/", javaScript: false);

        await page.GetByRole(AriaRole.Link, new() { Name = "Switch to light" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Switch to dark" }).ClickAsync();
        await page.GotoAsync("/m/snack");

        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-theme", "dark");
    }

    [Fact]
    public async Task The_first_page_is_light_asks_nobody_else_and_breaks_no_rule_of_the_policy()
    {
        var page = await browser.OpenAsync("about:blank");
        var (sizes, strangers, complaints) = (new List<Task<long>>(), new List<string>(), new List<string>());
        page.Console += (_, message) => complaints.Add(message.Text);
        page.RequestFinished += (_, request) => sizes.Add(WeightAsync(request));
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(browser.Address, StringComparison.Ordinal)) strangers.Add(request.Url);
        };

        await page.GotoAsync(browser.Address, new() { WaitUntil = WaitUntilState.NetworkIdle });

        Assert.Empty(strangers);
        Assert.Empty(complaints);
        Assert.InRange((await Task.WhenAll(sizes)).Sum(), 1, 150_000);
    }

    private static async Task<long> WeightAsync(IRequest request)
    {
        var sizes = await request.SizesAsync();
        return sizes.ResponseBodySize + sizes.ResponseHeadersSize;
    }

    private static async Task AssertFitsAsync(IPage page, string path, int width)
    {
        await page.SetViewportSizeAsync(width, 844);
        var wider = await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth");
        Assert.False(wider, $"{path} is wider than {width} pixels.");
    }

    private static Task KeepPictureAsync(IPage page, string path, string kind) =>
        Everybody.KeepPictureAsync(page, $"{path.Trim('/').Replace('/', '-')}-{kind}".TrimStart('-'));
}
