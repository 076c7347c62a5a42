using Automat.Testing.Storefront;
using Microsoft.Playwright;

namespace Automat.Browser.Tests;

/// <summary>One Chromium and one preview of the storefront for all tests of a class.</summary>
public sealed class StorefrontInABrowser : IAsyncLifetime
{
    private Chromium? _chromium;
    private StorefrontPreview? _preview;

    /// <summary>Where the preview listens.</summary>
    public string Address => _preview!.Address.ToString();

    public async ValueTask InitializeAsync()
    {
        _chromium = await Chromium.LaunchAsync();
        if (_chromium is not null) _preview = await StorefrontPreview.StartAsync();
    }

    /// <summary>From now on browsers are given another version.</summary>
    public void Renew() => _preview!.Renew();

    /// <summary>Opens a page on a phone.</summary>
    /// <param name="path">Where.</param>
    /// <param name="scheme">By day or by night.</param>
    /// <param name="javaScript">Off for people who have it off.</param>
    /// <param name="width">In CSS pixels.</param>
    public async Task<IPage> OpenAsync(string path, ColorScheme scheme = ColorScheme.Light, bool javaScript = true, int width = 390)
    {
        Assert.SkipWhen(_chromium is null, "Chromium is not installed.");
        var context = await _chromium.Browser.NewContextAsync(new()
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
        if (_chromium is not null) await _chromium.DisposeAsync();
        if (_preview is not null) await _preview.DisposeAsync();
    }
}
