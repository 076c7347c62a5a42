using Automat.Testing.Storefront;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Automat.Browser.Tests;

/// <summary>Every customer page, in every state: usable by everybody, by day and by night, under the strict policy.</summary>
public sealed class StorefrontPagesTests(StorefrontInABrowser browser) : IClassFixture<StorefrontInABrowser>
{
    /// <summary>Set it to a folder to keep a picture of every page, for looking at them.</summary>
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("AUTOMAT_SCREENSHOTS");

    private static readonly AxeRunOptions AllRules = new()
    {
        RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
        Rules = new(StringComparer.Ordinal) { ["target-size"] = new() { Enabled = true } },
    };

    /// <summary>Night changes the colours and nothing else.</summary>
    private static readonly AxeRunOptions ContrastOnly = new() { RunOnly = new() { Type = "rule", Values = ["color-contrast"] } };

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
    public async Task Axe_finds_nothing(string path, ColorScheme scheme)
    {
        var page = await browser.OpenAsync(path, scheme);

        var result = await page.RunAxe(scheme is ColorScheme.Dark ? ContrastOnly : AllRules);

        await KeepPictureAsync(page, path, scheme);
        Assert.Empty(result.Violations.Select(v => $"{v.Id}: {v.Nodes[0].Html} {string.Join("; ", v.Nodes[0].Any.Select(check => check.Message))}"));
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData(320)]
    [InlineData(390)]
    [InlineData(1280)]
    public async Task No_page_scrolls_sideways(int width)
    {
        foreach (var path in StorefrontPreview.Paths)
        {
            var page = await browser.OpenAsync(path, width: width);
            var wider = await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth");
            if (width is 1280) await KeepPictureAsync(page, path, ColorScheme.Null);

            Assert.False(wider, $"{path} is wider than {width} pixels.");
            await page.Context.CloseAsync();
        }
    }

    private static async Task KeepPictureAsync(IPage page, string path, ColorScheme scheme)
    {
        if (Pictures is null) return;

        var name = $"{path.Trim('/').Replace('/', '-')}-{scheme}.png".TrimStart('-');
        await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, name), FullPage = true });
    }
}
