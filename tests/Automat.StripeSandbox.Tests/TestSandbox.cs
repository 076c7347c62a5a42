namespace Automat.StripeSandbox.Tests;

/// <summary>A sandbox of a test's own, with a client.</summary>
internal sealed class TestSandbox : IAsyncDisposable
{
    private TestSandbox(StripeSandboxHost host) => (Host, Client) = (host, new TestClient(host));

    public StripeSandboxHost Host { get; }

    public TestClient Client { get; }

    public static async Task<TestSandbox> StartAsync(SandboxOptions? options = null) =>
        new(await StripeSandboxHost.StartAsync(options ?? new SandboxOptions()));

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Host.DisposeAsync();
    }
}

/// <summary>The real clock, set forward at will.</summary>
internal sealed class ShiftedClock : TimeProvider
{
    private long shift;

    public void Advance(TimeSpan by) => Interlocked.Add(ref shift, by.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Interlocked.Read(ref shift));
}

internal static class Eventually
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    /// <summary>Waits until it is so; fails loudly when it never is.</summary>
    public static async Task IsTrueAsync(Func<Task<bool>> condition, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!await condition())
        {
            if (patience.IsCancellationRequested) Assert.Fail($"Never happened: {what}");
            await Task.Delay(10);
        }
    }

    public static Task IsTrueAsync(Func<bool> condition, string what) =>
        IsTrueAsync(() => Task.FromResult(condition()), what);
}
