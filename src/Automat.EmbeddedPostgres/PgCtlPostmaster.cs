using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Automat.EmbeddedPostgres;

/// <summary>
/// Runs the cluster through <c>pg_ctl</c>, as Windows needs it: there it also gives up administrator rights, which
/// <c>postgres</c> refuses. A cluster left running by a killed server is stopped by the next start.
/// </summary>
internal sealed class PgCtlPostmaster : IPostmaster
{
    private readonly PostgresBinaries _binaries;
    private readonly ClusterFolder _folder;
    private readonly ClusterUser _user;
    private readonly EmbeddedClusterOptions _options;
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private PgCtlPostmaster(
        PostgresBinaries binaries, ClusterFolder folder, ClusterUser user, EmbeddedClusterOptions options)
    {
        (_binaries, _folder, _user, _options) = (binaries, folder, user, options);
    }

    /// <inheritdoc/>
    public Task Ended => _ended.Task;

    public static async Task<PgCtlPostmaster> StartAsync(
        IReadOnlyList<string> settings, PostgresBinaries binaries, ClusterFolder folder, ClusterUser user,
        EmbeddedClusterOptions options, CancellationToken ct)
    {
        // Started without waiting and with its output in a file: postgres would hold pg_ctl's pipes open for ever.
        var log = Path.Combine(folder.Cluster, "postgres.log");
        var result = await user.RunAsync(
        [
            binaries.Program("pg_ctl"), "start", "--no-wait", "-D", folder.Cluster, "-l", log,
            "-o", string.Join(' ', settings.Select(s => $"\"{s.Replace("\"", "\\\"", StringComparison.Ordinal)}\"")),
        ], ct);
        return result.Succeeded
            ? new(binaries, folder, user, options)
            : throw new EmbeddedClusterException($"PostgreSQL did not start: {result.Output} (see {log})");
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

        _ended.TrySetResult();
    }
}
