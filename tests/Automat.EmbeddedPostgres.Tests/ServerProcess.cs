using System.Diagnostics;
using System.Globalization;

namespace Automat.EmbeddedPostgres.Tests;

/// <summary>The small server of Program.cs in a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly string _data;

    private ServerProcess(Process process, string data) => (_process, _data) = (process, data);

    /// <summary>What the server said when it was ready.</summary>
    public string Greeting { get; private set; } = "";

    public static async Task<ServerProcess> StartAsync(string data, string? binaries = null)
    {
        // In a session of its own, so that a signal to its group (what Ctrl-C is) does not reach the tests; and with that
        // signal as a terminal leaves it, which a shell that runs the tests in the background does not.
        var start = new ProcessStartInfo("setsid", ["env", "--default-signal=INT", Environment.ProcessPath!, "serve", data])
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        };
        if (binaries is not null) start.Environment[PostgresPlaces.EnvironmentVariable] = binaries;
        var server = new ServerProcess(Process.Start(start)!, data);
        server.Greeting = await server.LineAsync();
        return server;
    }

    public async Task<string> LineAsync() =>
        await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(60)) ?? "";

    public void Kill() => _process.Kill();

    /// <summary>Sends SIGINT to the server's whole process group, as a terminal does.</summary>
    public async Task PressControlCAsync()
    {
        var group = _process.Id.ToString(CultureInfo.InvariantCulture);
        Assert.True((await Command.RunAsync(["/bin/kill", "-INT", "--", "-" + group], CancellationToken.None)).Succeeded);
    }

    public Task EndAsync() => _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));

    /// <summary>Ends the server the hard way and waits until its cluster has noticed.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await EndAsync();
        var pidFile = Path.Combine(_data, "postgres", "postmaster.pid");
        await Queries.UntilAsync(() => !File.Exists(pidFile), "the killed server's cluster stopped");
        _process.Dispose();
    }
}
