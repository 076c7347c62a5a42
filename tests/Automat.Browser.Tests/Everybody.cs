using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Automat.Browser.Tests;

/// <summary>Whether a page can be used by everybody, and a picture of it for looking at.</summary>
internal static class Everybody
{
    /// <summary>WCAG 2.2 AA and good practice.</summary>
    public static readonly object AllRules = Rules("best-practice");

    /// <summary>WCAG 2.2 AA.</summary>
    public static readonly object Wcag = Rules();

    /// <summary>Night changes the colours and nothing else.</summary>
    public static readonly object ContrastOnly = new { runOnly = new { type = "rule", values = new[] { "color-contrast" } } };

    /// <summary>Set it to a folder to keep a picture of every page.</summary>
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("AUTOMAT_SCREENSHOTS");

    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    /// <summary>
    /// What axe finds wrong, in words. Our pages have no frames: axe runs in the page itself, where its own binding would open a second
    /// page for every look, which takes longer than looking.
    /// </summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(IPage page, object rules)
    {
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window")) await page.EvaluateAsync(Axe);
        return await page.EvaluateAsync<string[]>(
            """
            async rules => {
              const { violations } = await axe.run(document, { ...rules, resultTypes: ['violations'] });
              return violations.map(v => [v.id, v.nodes[0].html, ...v.nodes[0].any.map(check => check.message)].join(' · '));
            }
            """,
            rules);
    }

    /// <summary>Keeps a picture of the whole page, when pictures are wanted.</summary>
    public static async Task KeepPictureAsync(IPage page, string name)
    {
        if (Pictures is null) return;

        await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{name}.png"), FullPage = true });
    }

    private static object Rules(params string[] more) => new
    {
        runOnly = new { type = "tag", values = (string[])["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", .. more] },
        rules = new Dictionary<string, object>(StringComparer.Ordinal) { ["target-size"] = new { enabled = true } },
    };
}
