using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Automat.EmbeddedPostgres;

/// <summary>
/// A PostgreSQL cluster of the server's own, in its data folder, reachable only from this machine. It is made at the
/// first start and stops with the server, even with one that is killed.
/// </summary>
public sealed class EmbeddedCluster : IAsyncDisposable
{
    private readonly ClusterLock _lock;
    private readonly IPostmaster _postmaster;
    private readonly ClusterAddress _address;
    private int _disposed;

    private EmbeddedCluster(
        ClusterFolder folder, ClusterLock claim, IPostmaster postmaster, ClusterAddress address, string password,
        PostgresBinaries binaries)
    {
        (_lock, _postmaster, _address) = (claim, postmaster, address);
        DataDirectory = folder.Cluster;
        PasswordFile = folder.PasswordFile;
        Password = password;
        Binaries = binaries;
    }

    /// <summary>The cluster's own folder, <c>postgres</c> in the server's data folder.</summary>
    public string DataDirectory { get; }

    /// <summary>The file that holds the superuser's password; only the server's own user may read it.</summary>
    public string PasswordFile { get; }

    /// <summary>The folder of the Unix socket; null on Windows, where the cluster listens on a loopback port.</summary>
    public string? SocketDirectory => _address.IsSocket ? _address.Host : null;

    /// <summary>The programs the cluster runs with.</summary>
    public PostgresBinaries Binaries { get; }

    /// <summary>Full version text, such as <c>18.4</c>.</summary>
    public string Version => Binaries.Version;

    /// <summary>The superuser's password; roles created with it too can be used without naming another.</summary>
    public string Password { get; }

    /// <summary>Completes when the cluster has ended: after disposal, or because somebody stopped it.</summary>
    public Task Ended => _postmaster.Ended;

    /// <summary>Starts the cluster, making it if there is none, and waits until it answers.</summary>
    /// <exception cref="EmbeddedClusterException">It cannot be used; the message says what to do.</exception>
    public static async Task<EmbeddedCluster> StartAsync(EmbeddedClusterOptions options, CancellationToken ct = default)
    {
        options.Check();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(options.StartTimeout);
        var folder = new ClusterFolder(options.DataDirectory);
        var claim = ClusterLock.Take(folder);
        try
        {
            return await StartAsync(folder, claim, options, limit.Token);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            claim.Dispose();
            throw new EmbeddedClusterException(
                $"The database in {folder.Cluster} was not ready in {options.StartTimeout.TotalSeconds:0} seconds.");
        }
        catch (UnauthorizedAccessException e)
        {
            claim.Dispose();
            throw new EmbeddedClusterException(
                $"This user may not use the database in {folder.Root}, which another one made: {e.Message}", e);
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    /// <summary>The connection string of a database of this cluster.</summary>
    /// <param name="database">Name of the database; <c>postgres</c> exists always.</param>
    /// <param name="user">A role; by default the superuser.</param>
    /// <param name="password">The role's password; by default the superuser's.</param>
    public string ConnectionString(string database, string? user = null, string? password = null) =>
        _address.ConnectionString(database, user ?? ClusterCreation.Superuser, password ?? Password);

    /// <summary>Makes a database if there is none of that name. Returns whether it was made.</summary>
    public async Task<bool> EnsureDatabaseAsync(string database, CancellationToken ct = default)
    {
        await using var source = NpgsqlDataSource.Create(ConnectionString("postgres") + ";Pooling=false");
        await using var exists = source.CreateCommand("SELECT 1 FROM pg_database WHERE datname = $1");
        exists.Parameters.Add(new() { Value = database });
        if (await exists.ExecuteScalarAsync(ct) is not null) return false;

        var quoted = new NpgsqlCommandBuilder().QuoteIdentifier(database);
        await using var create = source.CreateCommand($"CREATE DATABASE {quoted}");
        await create.ExecuteNonQueryAsync(ct);
        return true;
    }

    /// <summary>Shuts the cluster down in good order and waits for it; open connections are cut.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 1) return;
        await _postmaster.DisposeAsync();
        _address.RemoveFolder();
        _lock.Dispose();
    }

    private static async Task<EmbeddedCluster> StartAsync(
        ClusterFolder folder, ClusterLock claim, EmbeddedClusterOptions options, CancellationToken ct)
    {
        var started = Stopwatch.StartNew();
        var places = options.Places ?? PostgresPlaces.OfThisMachine(options.BinaryDirectory);
        var binaries = await PostgresBinaries.FindAsync(places, folder.Major(), ct);
        var user = await ClusterUser.ChooseAsync(folder, binaries, ct);
        await PreviousPostmaster.SeeOffAsync(folder, binaries, user, options, ct);
        if (folder.Major() is null)
        {
            options.Logger?.LogInformation(
                "Making a PostgreSQL {Version} cluster in {Folder}", binaries.Version, folder.Cluster);
            await ClusterCreation.RunAsync(folder, binaries, user, options.Durable, ct);
        }

        var password = folder.ReadPassword();
        var (postmaster, address) = await Launch.RunAsync(folder, binaries, user, options, password, ct);
        options.Logger?.LogInformation(
            "PostgreSQL {Version} from {Folder} is ready after {Milliseconds} ms",
            binaries.Version, binaries.Folder, started.ElapsedMilliseconds);
        return new(folder, claim, postmaster, address, password, binaries);
    }
}
