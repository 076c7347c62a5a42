using Xunit.MicrosoftTestingPlatform;
using Xunit.Runner.InProc.SystemConsole;

namespace Automat.EmbeddedPostgres.Tests;

/// <summary>The test program; with "serve" first, a small server with a private cluster, for tests to kill.</summary>
internal static class Program
{
    public static async Task<int> Main(string[] args) => args switch
    {
        ["serve", var data] => await ServeAsync(data),
        _ when args.Contains("--server") || args.Contains("--internal-msbuild-node") =>
            await TestPlatformTestFramework.RunAsync(args, SelfRegisteredExtensions.AddSelfRegisteredExtensions),
        _ => await ConsoleRunner.Run(args),
    };

    /// <summary>Ctrl-C makes it ask the database once more, as a server finishing its last request does.</summary>
    private static async Task<int> ServeAsync(string data)
    {
        var interrupted = new TaskCompletionSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            interrupted.TrySetResult();
        };
        await using var cluster = await EmbeddedCluster.StartAsync(new() { DataDirectory = data });
        await cluster.AskAsync("CREATE TABLE IF NOT EXISTS sold (item text); SELECT 1");
        await cluster.AskAsync("INSERT INTO sold VALUES ('pie')");
        Console.WriteLine($"ready {cluster.Version}");

        await interrupted.Task;
        Console.WriteLine($"last {await cluster.AskAsync("SELECT pg_sleep(0.3)::text || count(*) FROM sold")}");
        return 0;
    }
}
