using System.Security.Cryptography;
using Automat.EmbeddedPostgres;
using Automat.Server.Data;
using Npgsql;

namespace Automat.Server.Hosting;

/// <summary>The database the server works on: the one it is pointed at, or a private cluster in its data folder.</summary>
internal sealed class Database : IAsyncDisposable
{
    private const string Name = "automat";
    private const string Login = "automat_app";

    private readonly EmbeddedCluster? cluster;
    private readonly string? note;

    private Database(DatabaseAddress address, EmbeddedCluster? cluster, string? note)
    {
        Address = address;
        this.cluster = cluster;
        this.note = note;
    }

    public DatabaseAddress Address { get; private set; }

    /// <summary>Completes when a private cluster ended by itself; never for another database.</summary>
    public Task Ended => cluster?.Ended ?? Task.Delay(Timeout.Infinite);

    /// <summary>In words, for the console.</summary>
    public string Description => cluster is null
        ? "PostgreSQL as configured"
        : $"PostgreSQL {cluster.Version} in {cluster.DataDirectory}"
            + (cluster.SocketDirectory is { } socket ? $" (PGPASSWORD=$(cat {cluster.PasswordFile}) psql -h {socket} -U automat automat)" : "");

    public static async Task<Database> OpenAsync(ServerSettings settings, ILogger log, CancellationToken ct)
    {
        if (settings.Database is { } given)
        {
            return new Database(new DatabaseAddress(given, settings.DatabaseOwner ?? given), cluster: null, note: null);
        }

        var started = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions { DataDirectory = settings.DataDirectory, MaxConnections = 80, Logger = log }, ct);
        await started.EnsureDatabaseAsync(Name, ct);
        var owner = started.ConnectionString(Name);
        var running = NoteIn(settings);
        Write(running, owner);
        return new Database(new DatabaseAddress(owner, owner), started, running);
    }

    /// <summary>
    /// For commands beside a running server: its database where it runs, else the private cluster started for as long as
    /// the command needs it.
    /// </summary>
    public static async Task<Database> VisitAsync(ServerSettings settings, ILogger log, CancellationToken ct)
    {
        var running = NoteIn(settings);
        if (settings.Database is null && File.Exists(running)
            && await File.ReadAllTextAsync(running, ct) is var owner && await AnswersAsync(owner, ct))
        {
            return new Database(new DatabaseAddress(owner, owner), cluster: null, note: null);
        }

        return await OpenAsync(settings, log, ct);
    }

    /// <summary>
    /// After migrating a private cluster: requests come in under a login that owns nothing, with a password that lives only
    /// as long as this process.
    /// </summary>
    public async Task LowerRightsAsync(CancellationToken ct)
    {
        if (cluster is null) return;
        var password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24));
        await using var connection = new NpgsqlConnection(Address.Owner);
        await connection.OpenAsync(ct);
        await using var command = new NpgsqlCommand(
            $"""
            do $$ begin
                if not exists (select from pg_roles where rolname = '{Login}') then create role {Login} login; end if;
            end $$;
            alter role {Login} login password '{password}';
            grant {DatabaseAddress.ServingRole}, {DatabaseAddress.CrossingRole}, {DatabaseAddress.JournalRole} to {Login};
            """,
            connection);
        await command.ExecuteNonQueryAsync(ct);
        Address = Address with { Serving = cluster.ConnectionString(Name, Login, password) };
    }

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (note is not null) File.Delete(note);
        if (cluster is not null) await cluster.DisposeAsync();
    }

    private static string NoteIn(ServerSettings settings) => Path.Combine(settings.DataDirectory, "database.running");

    private static void Write(string note, string connection)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var writer = new StreamWriter(note, options);
        writer.Write(connection);
    }

    private static async Task<bool> AnswersAsync(string connection, CancellationToken ct)
    {
        try
        {
            await using var source = NpgsqlDataSource.Create(connection + ";Pooling=false;Timeout=3");
            await using var command = source.CreateCommand("select 1");
            await command.ExecuteScalarAsync(ct);
            return true;
        }
        catch (NpgsqlException)
        {
            return false; // left behind by a server that was killed
        }
    }
}
