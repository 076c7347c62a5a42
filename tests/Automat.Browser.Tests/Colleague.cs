using Automat.Server.People;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Automat.Browser.Tests;

/// <summary>Somebody of the staff at a real browser: signs in, proves who they are, and notices what a page must not do.</summary>
internal sealed class Colleague(Customer person) : IAsyncDisposable
{
    private long lastStep;
    private string? secret;

    public IPage Page => person.Page;

    /// <summary>Types name and password on the sign-in page.</summary>
    public async Task SignsInAsync(string name, string password)
    {
        await Page.GotoAsync("/sign-in");
        var form = Page.Locator("form[action='/sign-in']");
        await form.Locator("[name=name]").FillAsync(name);
        await form.Locator("[name=password]").FillAsync(password);
        await LeavesAsync(() => form.Locator("button").ClickAsync());
    }

    public async Task SignsOutAsync()
    {
        await ClicksAsync("Sign out");
        await Expect(Page).ToHaveURLAsync("/sign-in");
    }

    /// <summary>Types the secret the page shows into an app, and the code the app shows into the page.</summary>
    /// <returns>The recovery codes.</returns>
    public async Task<IReadOnlyList<string>> SetsUpTheAppAsync()
    {
        secret = (await Page.Locator("code.secret").InnerTextAsync()).Replace(" ", "", StringComparison.Ordinal);
        await TypesAsync("Code your app shows now", NextCode(), "Switch on");
        await person.ReadsAsync("Write these down");
        return await Page.Locator(".codes code").AllInnerTextsAsync();
    }

    /// <summary>
    /// A code of the app that was not used yet. Within one step it is the next one, which the server takes because clocks
    /// differ.
    /// </summary>
    public string NextCode()
    {
        lastStep = Math.Max(lastStep + 1, Totp.StepOf(TimeProvider.System.GetUtcNow()));
        return LastCode();
    }

    /// <summary>The code used last.</summary>
    public string LastCode() => Totp.CodeOf(secret!, lastStep);

    /// <summary>Does something that leads to the next page, and waits for it; a refused form comes back at the same address.</summary>
    public async Task LeavesAsync(Func<Task> how)
    {
        await Page.EvaluateAsync("document.documentElement.dataset.left = ''");
        await how();
        await Expect(Page.Locator("html:not([data-left])")).ToHaveCountAsync(1, new() { Timeout = 30_000 });
        await Page.WaitForLoadStateAsync();
    }

    /// <summary>Fills in the one field of a form and sends it.</summary>
    public async Task TypesAsync(string label, string text, string button)
    {
        await Page.GetByLabel(label, new() { Exact = true }).FillAsync(text);
        await LeavesAsync(() => ClicksAsync(button));
    }

    public Task ClicksAsync(string button) => person.ClicksAsync(button);

    public Task FollowsAsync(string link) => LeavesAsync(() => person.FollowsAsync(link));

    public Task ReadsAsync(string headline) => person.ReadsAsync(headline);

    /// <summary>Reads the sentence above the page.</summary>
    public Task ReadsNoticeAsync(string sentence) => Expect(Page.Locator(".notice").First).ToHaveTextAsync(sentence);

    /// <summary>Opens a page and looks at it.</summary>
    public async Task OpensAsync(string path, string name)
    {
        await Page.GotoAsync(path);
        await Expect(Page).ToHaveURLAsync(path);
        await LooksAtAsync(name);
    }

    /// <summary>
    /// Looks at the page at a desk by night and on a phone by day: everybody can use it, nothing scrolls sideways. Width changes
    /// the layout and night the colours, so that the two looks see what four would.
    /// </summary>
    public async Task LooksAtAsync(string name)
    {
        foreach (var (width, light, rules) in new[]
        {
            (1280, ColorScheme.Dark, Everybody.ContrastOnly), (390, ColorScheme.Light, Everybody.AllRules),
        })
        {
            await Page.SetViewportSizeAsync(width, 844);
            await Page.EmulateMediaAsync(new() { ColorScheme = light });
            await Everybody.KeepPictureAsync(Page, $"staff-{name}-{light}-{width}".ToLowerInvariant());
            var faults = await Everybody.FaultsAsync(Page, rules);
            Assert.True(faults.Count == 0, $"{name}, {light}, {width}: {string.Join('\n', faults)}");
            await FitsAsync(name);
        }
    }

    /// <summary>Nothing is wider than the screen.</summary>
    public async Task FitsAsync(string name)
    {
        var wider = await Page.EvaluateAsync<string[]>(
            """
            () => document.documentElement.scrollWidth <= document.documentElement.clientWidth ? [] :
              [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > innerWidth).map(e => e.outerHTML)
            """);
        Assert.True(wider.Length == 0, $"{name} scrolls sideways: {wider.FirstOrDefault()}");
    }

    /// <summary>Goes through the page with the keyboard: comes to everything one can use, and sees each time where it stands.</summary>
    public async Task TabsThroughAsync(string name)
    {
        var usable = await Page.EvaluateAsync<string[]>(
            """
            () => {
              window.nameOf = e => [e.localName, e.name ?? '', e.id, e.getAttribute('href') ?? '', e.innerText ?? ''].join(' ').trim();
              // Of radio buttons the keyboard comes to the chosen one, or to the first where none is.
              const isReached = e => e.type !== 'radio' || e.checked || (
                !document.querySelector(`input[name="${e.name}"]:checked`) && document.querySelector(`input[name="${e.name}"]`) === e);
              return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
                .filter(e => e.checkVisibility() && isReached(e)).map(nameOf);
            }
            """);
        await Page.EvaluateAsync("document.activeElement.blur()");
        // Day, month, year and the calendar of a date are stops of their own, and so are the parts of a time.
        var parts = 4 * await Page.Locator("input[type=date], input[type=time]").CountAsync();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i <= usable.Length + parts; i++)
        {
            await Page.Keyboard.PressAsync("Tab");
            var (at, shown) = await StandsAtAsync();
            Assert.True(shown, $"{name} does not show that the keyboard is at {at}.");
            seen.Add(at);
        }

        Assert.True(usable.All(seen.Contains), $"{name}: no way with the keyboard to {string.Join(", ", usable.Where(e => !seen.Contains(e)))}");
    }

    public Task TabsToAsync(ILocator target) => person.TabsToAsync(target);

    private async Task<(string At, bool Shown)> StandsAtAsync()
    {
        var at = await Page.EvaluateAsync<string[]>(
            """
            () => {
              const e = document.activeElement
              const shown = e === document.body || getComputedStyle(e).outlineStyle !== 'none'
              return [window.nameOf(e), String(shown)]
            }
            """);
        return (at[0], at[1] == "true");
    }

    public void HasNoComplaints(params string[] expected) => person.HasNoComplaints(expected);

    public ValueTask DisposeAsync() => person.DisposeAsync();
}
