using Automat.Testing;

namespace Automat.Browser.Tests;

/// <summary>One Chromium and one running product with its simulated cabinet and robot, for all tests of a class.</summary>
public sealed class RunningShop : IAsyncLifetime
{
    private Chromium? chromium;
    private TestApp? app;

    /// <summary>The product.</summary>
    internal TestApp App => app!;

    public async ValueTask InitializeAsync()
    {
        chromium = await Chromium.LaunchAsync();
        if (chromium is null) return;

        app = await TestApp.StartAsync(("Automat:Demo:Simulators", "true"));
        await Task.WhenAll(ReadyAsync("cab001"), ReadyAsync("robot-1"));
    }

    /// <summary>A customer comes to this shop, or to another.</summary>
    internal Task<Customer> ComeAsync(Habits? habits = null, TestApp? other = null)
    {
        Assert.SkipWhen(chromium is null, "Chromium is not installed.");
        return Customer.ComeAsync(chromium.Browser, other ?? App, habits ?? new Habits());
    }

    public async ValueTask DisposeAsync()
    {
        if (chromium is not null) await chromium.DisposeAsync();
        if (app is not null) await app.DisposeAsync();
    }

    private Task<string> ReadyAsync(string machine) => TestApp.EventuallyAsync(
        () => App.Client.GetStringAsync(new Uri($"/m/{machine}", UriKind.Relative)),
        page => page.Contains("data-condition=\"Ready\"", StringComparison.Ordinal));
}
