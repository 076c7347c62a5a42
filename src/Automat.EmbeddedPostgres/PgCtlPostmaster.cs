using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Automat.EmbeddedPostgres;

/// <summary>
/// Runs the cluster through <c>pg_ctl</c>, as Windows needs it: there it also gives up administrator rights, which
/// <c>postgres</c> refuses. A cluster left running by a killed server is stopped by the next start.
/// </summary>
internal sealed class PgCtlPostmaster : IPostmaster
{
    private const int LogLimit = 10 * 1024 * 1024;

    private readonly PostgresBinaries _binaries;
    private readonly ClusterFolder _folder;
    private readonly ClusterUser _user;
    private readonly EmbeddedClusterOptions _options;
    private readonly Process _process;

    private PgCtlPostmaster(
        PostgresBinaries binaries, ClusterFolder folder, ClusterUser user, EmbeddedClusterOptions options,
        Process process)
    {
        (_binaries, _folder, _user, _options, _process) = (binaries, folder, user, options, process);
        Ended = process.WaitForExitAsync(CancellationToken.None);
    }

    /// <inheritdoc/>
    public Task Ended { get; }

    public static async Task<PgCtlPostmaster> StartAsync(
        IReadOnlyList<string> settings, PostgresBinaries binaries, ClusterFolder folder, ClusterUser user,
        EmbeddedClusterOptions options, CancellationToken ct)
    {
        var log = Path.Combine(folder.Root, "postgres.log");
        await PrepareLogAsync(log, user, ct);
        var start = Command.StartInfo(
        [
            .. user.Prefix, binaries.Program("pg_ctl"), "start", "-D", folder.Cluster, "-l", log, "--wait", "--silent",
            "-t", Math.Ceiling(options.StartTimeout.TotalSeconds).ToString(CultureInfo.InvariantCulture),
            "-o", string.Join(' ', settings.Select(Quoted)),
        ]);
        // postgres inherits pg_ctl's handles: reading them to their end would last as long as the cluster.
        start.RedirectStandardOutput = start.RedirectStandardError = false;
        using var control = Process.Start(start)!;
        await control.WaitForExitAsync(ct);
        if (control.ExitCode != 0 || PreviousPostmaster.ReadPid(folder) is not { } pid)
            throw new EmbeddedClusterException($"PostgreSQL did not start in {folder.Cluster}; {log} says why.");
        return new(binaries, folder, user, options, Process.GetProcessById(pid));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        var seconds = Math.Ceiling(_options.StopTimeout.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        foreach (var mode in new[] { "fast", "immediate" })
        {
            var result = await _user.RunAsync(
                [_binaries.Program("pg_ctl"), "stop", "-D", _folder.Cluster, "-m", mode, "-t", seconds],
                CancellationToken.None);
            if (result.Succeeded || !File.Exists(_folder.PidFile)) break;
            _options.Logger?.LogWarning("The database did not stop ({Mode}): {Message}", mode, result.Output);
        }

        await Ended;
        _process.Dispose();
    }

    private static async Task PrepareLogAsync(string log, ClusterUser user, CancellationToken ct)
    {
        if (File.Exists(log) && new FileInfo(log).Length < LogLimit) return;
        await File.WriteAllTextAsync(log, "", ct);
        await user.GiveAsync(log, ct);
    }

    /// <summary>pg_ctl hands its options to a shell on Unix and to a command line on Windows.</summary>
    private static string Quoted(string argument) => $"\"{argument.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
