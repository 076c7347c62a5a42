using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Automat.EmbeddedPostgres;

/// <summary>
/// Runs <c>postgres</c> on Unix under a small shell that reads from a pipe we hold. When the pipe closes, because we
/// close it or because we were killed, the shell shuts the cluster down. (A parent-death signal would be tied to the
/// thread that forked, which the runtime may end at any time.)
/// </summary>
internal sealed class Postmaster : IPostmaster
{
    /// <summary>
    /// Arguments: a folder to remove at the end or nothing, seconds until the hard stop, the command. The socket's
    /// folder in the data folder is not for removal: after a kill it may already be the next cluster's.
    /// </summary>
    private const string Shell = """
        temporary=$1; patience=$2; shift 2
        exec 3<&0 </dev/null
        "$@" 3<&- &
        postgres=$!
        (
          while read -r ignored <&3; do :; done
          while [ "$patience" -gt 0 ] && kill -INT $postgres; do sleep 1; patience=$((patience - 1)); done
          kill -QUIT $postgres
        ) >/dev/null 2>&1 &
        watcher=$!
        wait $postgres
        code=$?
        kill $watcher 2>/dev/null
        wait $watcher 2>/dev/null
        [ -z "$temporary" ] || rmdir "$temporary" 2>/dev/null
        exit $code
        """;

    private readonly Process _process;
    private readonly EmbeddedClusterOptions _options;
    private readonly ServerLog _log;

    private Postmaster(Process process, EmbeddedClusterOptions options, ServerLog log)
    {
        _process = process;
        _options = options;
        _log = log;
        Ended = process.WaitForExitAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public Task Ended { get; }

    public static Postmaster Start(
        IReadOnlyList<string> postgres, ClusterUser user, ClusterAddress address, EmbeddedClusterOptions options,
        ServerLog log)
    {
        var patience = ((int)Math.Ceiling(options.StopTimeout.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        string[] shell = ["/bin/sh", "-c", Shell, "sh", address.IsTemporary ? address.Host : "", patience];
        string[] command = [.. OwnSession(), .. user.Prefix, .. shell, .. postgres];
        var process = new Process { StartInfo = Command.StartInfo(command) };
        process.OutputDataReceived += (_, line) => log.Add(line.Data);
        process.ErrorDataReceived += (_, line) => log.Add(line.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return new(process, options, log);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _log.Stopping = true;
        _process.StandardInput.Close();
        try
        {
            await Ended.WaitAsync(_options.StopTimeout + TimeSpan.FromSeconds(10));
        }
        catch (TimeoutException)
        {
            _options.Logger?.LogWarning("The database did not stop in time; it is killed and will recover");
            _process.Kill(entireProcessTree: true);
            await Ended;
        }

        _process.Dispose();
    }

    /// <summary>
    /// A session of its own: Ctrl-C goes to everything in the terminal's foreground group, and the cluster must outlive
    /// the server's last write. macOS has no setsid program, but Perl.
    /// </summary>
    private static IEnumerable<string> OwnSession()
    {
        if (OnPath("setsid")) return ["setsid"];
        return OnPath("perl") ? ["perl", "-MPOSIX", "-e", "POSIX::setsid(); exec @ARGV or die $!", "--"] : [];
    }

    private static bool OnPath(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(p => File.Exists(Path.Combine(p, program)));
}
