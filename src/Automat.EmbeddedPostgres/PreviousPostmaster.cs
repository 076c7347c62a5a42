using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Automat.EmbeddedPostgres;

/// <summary>
/// A postmaster left by an earlier server. Killed servers leave one that is just shutting down; we hold the folder's
/// lock, so nobody else can want it.
/// </summary>
internal static class PreviousPostmaster
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(50);

    public static async Task SeeOffAsync(
        ClusterFolder folder, PostgresBinaries binaries, ClusterUser user, EmbeddedClusterOptions options,
        CancellationToken ct)
    {
        if (ReadPid(folder) is not { } pid) return;
        if (!IsRunning(pid, folder))
        {
            // A number that now belongs to somebody else (containers reuse the same few) would stop postgres.
            File.Delete(folder.PidFile);
            return;
        }

        options.Logger?.LogInformation("Waiting for the database of an earlier server (process {Pid}) to stop", pid);
        var waiting = Stopwatch.StartNew();
        while (waiting.Elapsed < _patience)
        {
            if (!IsRunning(pid, folder)) return;
            await Task.Delay(_pause, ct);
        }

        await StopAsync(pid, folder, binaries, user, options, ct);
    }

    private static async Task StopAsync(
        int pid, ClusterFolder folder, PostgresBinaries binaries, ClusterUser user, EmbeddedClusterOptions options,
        CancellationToken ct)
    {
        options.Logger?.LogWarning("Stopping the database an earlier server left running (process {Pid})", pid);
        var seconds = Math.Ceiling(options.StopTimeout.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        var result = await user.RunAsync(
            [binaries.Program("pg_ctl"), "stop", "-D", folder.Cluster, "-m", "fast", "-t", seconds], ct);
        if (!result.Succeeded && IsRunning(pid, folder))
            throw new EmbeddedClusterException(
                $"Process {pid} still runs the database in {folder.Cluster} and does not stop: {result.Output}");
    }

    /// <summary>The process the cluster's own file names; null when there is none.</summary>
    public static int? ReadPid(ClusterFolder folder)
    {
        try
        {
            var first = File.ReadLines(folder.PidFile).FirstOrDefault();
            return int.TryParse(first, CultureInfo.InvariantCulture, out var pid) && pid > 0 ? pid : null;
        }
        catch (IOException)
        {
            return null; // gone: it stopped cleanly
        }
    }

    private static bool IsRunning(int pid, ClusterFolder folder)
    {
        try
        {
            using var process = Process.GetProcessById(pid);
            if (!process.ProcessName.StartsWith("postgres", StringComparison.Ordinal)) return false;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            return false;
        }

        // A postmaster works in its cluster's folder. Linux tells which; elsewhere the name must do.
        var itsFile = $"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/cwd/postmaster.pid";
        try
        {
            if (!OperatingSystem.IsLinux()) return ReadPid(folder) == pid;
            return File.ReadAllText(itsFile) == File.ReadAllText(folder.PidFile);
        }
        catch (IOException)
        {
            return false;
        }
        catch (UnauthorizedAccessException)
        {
            return true;
        }
    }
}
