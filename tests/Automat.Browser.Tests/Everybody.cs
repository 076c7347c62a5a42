using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Automat.Browser.Tests;

/// <summary>Whether a page can be used by everybody, and a picture of it for looking at.</summary>
internal static class Everybody
{
    /// <summary>WCAG 2.2 AA and good practice.</summary>
    public static readonly AxeRunOptions AllRules = Rules("best-practice");

    /// <summary>WCAG 2.2 AA.</summary>
    public static readonly AxeRunOptions Wcag = Rules();

    /// <summary>Night changes the colours and nothing else.</summary>
    public static readonly AxeRunOptions ContrastOnly = new() { RunOnly = new() { Type = "rule", Values = ["color-contrast"] } };

    /// <summary>Set it to a folder to keep a picture of every page.</summary>
    private static readonly string? Pictures = Environment.GetEnvironmentVariable("AUTOMAT_SCREENSHOTS");

    /// <summary>What axe finds wrong, in words.</summary>
    public static async Task<IReadOnlyList<string>> FaultsAsync(IPage page, AxeRunOptions rules)
    {
        var result = await page.RunAxe(rules);
        return [.. result.Violations.Select(v =>
            $"{v.Id}: {v.Nodes[0].Html} {string.Join("; ", v.Nodes[0].Any.Select(check => check.Message))}")];
    }

    /// <summary>Keeps a picture of the whole page, when pictures are wanted.</summary>
    public static async Task KeepPictureAsync(IPage page, string name)
    {
        if (Pictures is null) return;

        await page.ScreenshotAsync(new() { Path = Path.Combine(Pictures, $"{name}.png"), FullPage = true });
    }

    private static AxeRunOptions Rules(params string[] more) => new()
    {
        RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", .. more] },
        Rules = new(StringComparer.Ordinal) { ["target-size"] = new() { Enabled = true } },
    };
}
