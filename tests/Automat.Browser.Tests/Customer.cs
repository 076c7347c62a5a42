using System.Collections.Concurrent;
using Automat.Testing;
using Microsoft.Playwright;

namespace Automat.Browser.Tests;

/// <summary>How somebody visits.</summary>
internal sealed record Habits
{
    public string Locale { get; init; } = "en-GB";

    public ColorScheme Light { get; init; } = ColorScheme.Light;

    public bool JavaScript { get; init; } = true;

    public (int Width, int Height) Screen { get; init; } = (390, 844);

    /// <summary>The name the server is called by; passkeys belong to a name, and a bare address is none.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>The server's address as this visitor types it.</summary>
    public Uri AddressOf(TestApp app) => new UriBuilder(app.Http) { Host = Host }.Uri;
}

/// <summary>Somebody who walks through the shop in a real browser, and notices whatever a page must not do.</summary>
internal sealed class Customer : IAsyncDisposable
{
    private static readonly LocatorAssertionsToHaveTextOptions Patient = new() { Timeout = 60_000 };

    private readonly ConcurrentQueue<string> complaints = new();
    private readonly ConcurrentQueue<string> strangers = new();
    private readonly Habits habits;

    private Customer(IPage page, Habits habits, TestApp app)
    {
        Page = page;
        this.habits = habits;
        var known = new[] { habits.AddressOf(app).ToString(), app.Sandbox.ToString(), "data:" };
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning") complaints.Enqueue($"{message.Text} {message.Location}");
        };
        page.PageError += (_, error) => complaints.Enqueue(error);
        page.Request += (_, request) =>
        {
            if (!known.Any(origin => request.Url.StartsWith(origin, StringComparison.Ordinal))) strangers.Enqueue(request.Url);
        };
    }

    public IPage Page { get; }

    public ILocator Headline => Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    public static async Task<Customer> ComeAsync(IBrowser browser, TestApp app, Habits habits)
    {
        var context = await browser.NewContextAsync(new()
        {
            BaseURL = habits.AddressOf(app).ToString(),
            Locale = habits.Locale,
            ColorScheme = habits.Light,
            JavaScriptEnabled = habits.JavaScript,
            ReducedMotion = ReducedMotion.Reduce,
            ViewportSize = new() { Width = habits.Screen.Width, Height = habits.Screen.Height },
        });
        context.SetDefaultTimeout(60_000);
        return new Customer(await context.NewPageAsync(), habits, app);
    }

    /// <summary>Reads the big words of the page, and waits for them: machines and networks take their time.</summary>
    public Task ReadsAsync(string headline) => Assertions.Expect(Headline).ToHaveTextAsync(headline, Patient);

    /// <summary>Looks at the page: everybody can use it, nothing scrolls sideways. Keeps a picture when they are wanted.</summary>
    public async Task LooksAtAsync(string name)
    {
        await Everybody.KeepPictureAsync(
            Page, $"real-{name}-{habits.Locale[..2]}-{habits.Light}-{habits.Screen.Width}".ToLowerInvariant());
        if (!habits.JavaScript) return; // axe is JavaScript
        var ours = !await Page.GetByText("Sandbox – no real money").IsVisibleAsync();
        var faults = await Everybody.FaultsAsync(Page, ours ? Everybody.AllRules : Everybody.Wcag);
        Assert.True(faults.Count == 0, $"{name}: {string.Join('\n', faults)}");
        Assert.False(
            await Page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth"),
            $"{name} scrolls sideways.");
    }

    public Task ClicksAsync(string button) =>
        Page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }).ClickAsync();

    public Task FollowsAsync(string link) =>
        Page.GetByRole(AriaRole.Link, new() { Name = link, Exact = true }).ClickAsync();

    /// <summary>Chooses credits at a cabinet and goes to the pay page.</summary>
    public async Task ChoosesCreditsAsync(string offer, string button)
    {
        await Page.GetByRole(AriaRole.Radio, new() { Name = offer }).CheckAsync();
        await ClicksAsync(button);
        await Assertions.Expect(Page.GetByLabel("Card number")).ToBeVisibleAsync();
    }

    /// <summary>Types a card's number and pays.</summary>
    public async Task PaysAsync(string card = "4242 4242 4242 4242")
    {
        await Page.GetByLabel("Card number").FillAsync(card);
        await ClicksAsync("Pay");
    }

    /// <summary>The keyboard goes on until it stands on something.</summary>
    public async Task TabsToAsync(ILocator target)
    {
        for (var i = 0; i < 40; i++)
        {
            await Page.Keyboard.PressAsync("Tab");
            if (await target.EvaluateAsync<bool>("e => e === document.activeElement")) return;
        }

        Assert.Fail($"The keyboard does not come to {target}.");
    }

    /// <summary>No error on the console, no broken policy, no request to anybody but the shop and its payment provider.</summary>
    /// <param name="expected">What a browser says about an answer that was meant, such as a declined card's 402.</param>
    public void HasNoComplaints(params string[] expected)
    {
        Assert.Empty(strangers);
        var unexpected = complaints.Where(c => !expected.Any(meant => c.Contains(meant, StringComparison.Ordinal))).ToList();
        Assert.True(unexpected.Count == 0, string.Join('\n', unexpected)); // each of them whole
    }

    public async ValueTask DisposeAsync() => await Page.Context.CloseAsync();
}
