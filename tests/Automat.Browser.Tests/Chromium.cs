using Microsoft.Playwright;

namespace Automat.Browser.Tests;

/// <summary>The real browser, started once for a class of tests; null where none is installed.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    // The shell without a screen is the same engine, and twice as fast where there is no graphics card.
    private static readonly string? Program = new[]
    {
        Environment.GetEnvironmentVariable("AUTOMAT_CHROMIUM"), "/usr/bin/chromium-headless-shell",
        "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
    }.FirstOrDefault(File.Exists);

    // The shell shows no notifications, and forbids them.
    private static readonly string? Whole =
        new[] { "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }.FirstOrDefault(File.Exists);

    private readonly IPlaywright playwright;

    private Chromium(IPlaywright playwright, IBrowser browser) => (this.playwright, Browser) = (playwright, browser);

    public IBrowser Browser { get; }

    public static Task<Chromium?> LaunchAsync() => LaunchAsync(Program);

    /// <summary>The browser with all that the shell leaves out.</summary>
    public static Task<Chromium?> LaunchWholeAsync() => LaunchAsync(Whole);

    public async ValueTask DisposeAsync()
    {
        await Browser.DisposeAsync();
        playwright.Dispose();
    }

    private static async Task<Chromium?> LaunchAsync(string? program)
    {
        if (program is null) return null;

        var driver = await Playwright.CreateAsync();
        return new Chromium(driver, await driver.Chromium.LaunchAsync(
            new() { ExecutablePath = program, Args = ["--no-sandbox", "--disable-quic", "--disable-gpu"] }));
    }
}
