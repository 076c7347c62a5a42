using Automat.Testing.Storefront;
using Microsoft.Playwright;

namespace Automat.Browser.Tests;

/// <summary>One Chromium and one preview of the storefront for all tests of a class.</summary>
public sealed class StorefrontInABrowser : IAsyncLifetime
{
    private readonly string? _chromium = new[]
    {
        Environment.GetEnvironmentVariable("AUTOMAT_CHROMIUM"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome",
    }.FirstOrDefault(File.Exists);

    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private StorefrontPreview? _preview;

    /// <summary>Where the preview listens.</summary>
    public string Address => _preview!.Address.ToString();

    public async ValueTask InitializeAsync()
    {
        if (_chromium is null) return;

        _preview = await StorefrontPreview.StartAsync();
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = _chromium, Args = ["--no-sandbox", "--disable-quic"] });
    }

    /// <summary>Opens a page on a phone.</summary>
    /// <param name="path">Where.</param>
    /// <param name="scheme">By day or by night.</param>
    /// <param name="javaScript">Off for people who have it off.</param>
    /// <param name="width">In CSS pixels.</param>
    public async Task<IPage> OpenAsync(string path, ColorScheme scheme = ColorScheme.Light, bool javaScript = true, int width = 390)
    {
        Assert.SkipWhen(_chromium is null, "Chromium is not installed.");
        var context = await _browser!.NewContextAsync(new()
        {
            BaseURL = _preview!.Address.ToString(),
            ColorScheme = scheme,
            JavaScriptEnabled = javaScript,
            Locale = "en-GB",
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new() { Width = width, Height = 844 },
        });
        var page = await context.NewPageAsync();
        await page.GotoAsync(path);
        return page;
    }

    public async ValueTask DisposeAsync()
    {
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_preview is not null) await _preview.DisposeAsync();
    }
}
