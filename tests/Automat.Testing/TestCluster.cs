using Automat.EmbeddedPostgres;
using Automat.Server;
using Automat.Server.Data;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Automat.Testing;

/// <summary>
/// One PostgreSQL cluster for all tests of a process, started by the first test that needs one and removed when the
/// process ends. It holds a migrated template, so that a test's own database takes a copy and no migration.
/// <c>AUTOMAT_POSTGRES_BIN</c> chooses another PostgreSQL.
/// </summary>
public sealed class TestCluster
{
    /// <summary>Owns the tables and migrates them; may make roles but is no superuser.</summary>
    public const string Owner = "automat_owner";

    /// <summary>The server's login: may act as the serving and as the journal role, nothing else.</summary>
    public const string Login = "automat_login";

    internal const string Template = "automat_template";

    private const string FolderName = "automat-tests-";
    private const long RoomInMemory = 4L << 30;

    private static readonly Lazy<Task<TestCluster>> Shared = new(StartAsync);

    private readonly EmbeddedCluster cluster;

    private TestCluster(EmbeddedCluster cluster) => this.cluster = cluster;

    /// <summary>The process's cluster, started when first asked for.</summary>
    public static Task<TestCluster> GetAsync() => Shared.Value;

    /// <summary>Full version text of its PostgreSQL.</summary>
    public string Version => cluster.Version;

    /// <summary>How to reach a database as a superuser, whom nothing holds back.</summary>
    public string Superuser(string database) => cluster.ConnectionString(database) + ";Pooling=false";

    internal DatabaseAddress Address(string database) => new(
        cluster.ConnectionString(database, Login) + ";Maximum Pool Size=10", cluster.ConnectionString(database, Owner) + ";Pooling=false");

    internal Task CopyAsync(string from, string to) => RunAsync($"create database {to} template {from} owner {Owner}");

    /// <summary>Runs a statement as superuser, outside of any test's database.</summary>
    internal async Task RunAsync(string sql)
    {
        await using var connection = new NpgsqlConnection(Superuser("postgres"));
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<TestCluster> StartAsync()
    {
        var folder = NewFolder();
        var started = await EmbeddedCluster.StartAsync(new EmbeddedClusterOptions
        {
            DataDirectory = Path.Combine(folder.FullName, "data"),
            Durable = false,
            MaxConnections = 400, // tests run beside each other, each with its pools
            StopTimeout = TimeSpan.FromSeconds(5),
        });
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            started.DisposeAsync().AsTask().GetAwaiter().GetResult();
            folder.Delete(recursive: true);
        };
        var shared = new TestCluster(started);
        await shared.MakeTemplateAsync();
        return shared;
    }

    // In memory where there is room: hundreds of databases come and go, and nobody reads one again. What a killed run has left
    // there would stay until the machine starts again.
    private static DirectoryInfo NewFolder()
    {
        var memory = new DriveInfo("/dev/shm");
        if (!memory.IsReady || memory.AvailableFreeSpace < RoomInMemory) return Directory.CreateTempSubdirectory(FolderName);
        foreach (var left in memory.RootDirectory.EnumerateDirectories(FolderName + "*"))
        {
            if (Directory.Exists($"/proc/{left.Name[FolderName.Length..]}")) continue;
            try
            {
                left.Delete(recursive: true);
            }
            catch (IOException)
            {
                // Other tests that start at the same moment remove it.
            }
        }

        return Directory.CreateDirectory(Path.Combine(memory.Name, FolderName + Environment.ProcessId));
    }

    private async Task MakeTemplateAsync()
    {
        await RunAsync($"create role {Owner} login createrole password '{cluster.Password}'");
        await RunAsync($"create role {Login} login noinherit password '{cluster.Password}'");
        await RunAsync($"create database {Template} owner {Owner}");
        await DataModule.MigrateAsync(Address(Template), new ServiceCollection().AddModules(), CancellationToken.None);
        await RunAsync($"grant {DatabaseAddress.ServingRole}, {DatabaseAddress.CrossingRole}, {DatabaseAddress.JournalRole} to {Login}");
    }
}
