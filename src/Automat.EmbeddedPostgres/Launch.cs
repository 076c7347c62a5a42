using Npgsql;

namespace Automat.EmbeddedPostgres;

/// <summary>Starts a postmaster on an existing cluster and waits until it answers.</summary>
internal static class Launch
{
    private static readonly TimeSpan _pause = TimeSpan.FromMilliseconds(15);
    private static readonly TimeSpan _leftoversPause = TimeSpan.FromMilliseconds(500);
    private const int LeftoversAttempts = 20;

    public static async Task<(IPostmaster Postmaster, ClusterAddress Address)> RunAsync(
        ClusterFolder folder, PostgresBinaries binaries, ClusterUser user, EmbeddedClusterOptions options,
        string password, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            var address = await AddressAsync(folder, user, ct);
            var log = new ServerLog(options.Logger);
            var settings = PostmasterSettings.Arguments(options, address);
            IPostmaster postmaster = address.IsSocket
                ? Postmaster.Start(
                    [binaries.Program("postgres"), "-D", folder.Cluster, .. settings], user, address, options, log)
                : await PgCtlPostmaster.StartAsync(settings, binaries, folder, user, options, ct);
            try
            {
                if (await AnswersAsync(postmaster, address, password, ct)) return (postmaster, address);
            }
            catch
            {
                await postmaster.DisposeAsync();
                address.RemoveFolder();
                throw;
            }

            await postmaster.DisposeAsync();
            address.RemoveFolder();

            // The workers of a postmaster that was killed take a moment to notice.
            var leftovers = log.Recent().Contains("pre-existing shared memory block", StringComparison.Ordinal);
            if (!leftovers || attempt == LeftoversAttempts)
                throw new EmbeddedClusterException($"PostgreSQL did not start in {folder.Cluster}: {log.Recent()}");
            await Task.Delay(_leftoversPause, ct);
        }
    }

    private static async Task<ClusterAddress> AddressAsync(ClusterFolder folder, ClusterUser user, CancellationToken ct)
    {
        if (OperatingSystem.IsWindows()) return ClusterAddress.FreeLoopbackPort();

        // Made anew: a socket left by a killed cluster carries a process number that may be somebody else's by now.
        var address = folder.SocketAddress();
        ClusterFolder.MakePrivate(address.Host);
        await user.GiveAsync(address.Host, ct);
        return address;
    }

    /// <summary>False when the postmaster ended instead.</summary>
    private static async Task<bool> AnswersAsync(
        IPostmaster postmaster, ClusterAddress address, string password, CancellationToken ct)
    {
        var target = address.ConnectionString("postgres", ClusterCreation.Superuser, password) + ";Pooling=false";
        while (!postmaster.Ended.IsCompleted)
        {
            if (address.MayListen)
            {
                try
                {
                    await using var connection = new NpgsqlConnection(target);
                    await connection.OpenAsync(ct);
                    return true;
                }
                catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.InvalidPassword)
                {
                    throw new EmbeddedClusterException(
                        "The cluster refuses the password kept beside it; restore both from the same backup.", e);
                }
                catch (PostgresException e) when (e.SqlState is PostgresErrorCodes.CannotConnectNow)
                {
                    // It is still recovering; ask again.
                }
                catch (NpgsqlException e) when (e is not PostgresException)
                {
                    // Nobody listens yet.
                }
            }

            await Task.WhenAny(postmaster.Ended, Task.Delay(_pause, ct));
            ct.ThrowIfCancellationRequested();
        }

        return false;
    }
}
