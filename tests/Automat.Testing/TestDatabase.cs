using Automat.Server.Data;
using Npgsql;

namespace Automat.Testing;

/// <summary>A test's own database: empty, migrated, dropped on disposal; no other test meets it.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly TestCluster cluster;

    private TestDatabase(TestCluster cluster, string name)
    {
        this.cluster = cluster;
        Name = name;
    }

    /// <summary>Its name in the cluster.</summary>
    public string Name { get; }

    /// <summary>How the server reaches it.</summary>
    public DatabaseAddress Address => cluster.Address(Name);

    /// <summary>Makes one.</summary>
    public static async Task<TestDatabase> CreateAsync()
    {
        var shared = await TestCluster.GetAsync();
        var database = new TestDatabase(shared, $"test_{Guid.CreateVersion7():n}");
        await shared.CopyAsync(TestCluster.Template, database.Name);
        return database;
    }

    /// <summary>Makes one that begins as a copy of this; nobody may be connected to this meanwhile.</summary>
    public async Task<TestDatabase> CopyAsync()
    {
        var copy = new TestDatabase(cluster, $"test_{Guid.CreateVersion7():n}");
        await cluster.CopyAsync(Name, copy.Name);
        return copy;
    }

    /// <summary>An open connection of the login that owns the tables.</summary>
    public Task<NpgsqlConnection> OwnerConnectionAsync() => OpenAsync(Address.Owner);

    /// <summary>An open connection of a superuser, who can switch off what protects the books.</summary>
    public Task<NpgsqlConnection> SuperuserConnectionAsync() => OpenAsync(cluster.Superuser(Name));

    /// <summary>An open connection as the server has it, acting in one of its roles.</summary>
    /// <param name="role">One of those <see cref="DatabaseAddress"/> names.</param>
    public Task<NpgsqlConnection> RoleConnectionAsync(string role) => OpenAsync(Address.As(role, 1) + ";Pooling=false");

    /// <summary>Throws everybody out and lets nobody in, as when the database's machine is gone.</summary>
    public async Task CutOffAsync()
    {
        await cluster.RunAsync($"alter database {Name} with allow_connections false");
        await cluster.RunAsync($"select pg_terminate_backend(pid) from pg_stat_activity where datname = '{Name}'");
    }

    /// <summary>Lets everybody in again.</summary>
    public Task LetInAsync() => cluster.RunAsync($"alter database {Name} with allow_connections true");

    /// <summary>Drops it, whoever is still connected.</summary>
    public async ValueTask DisposeAsync() => await cluster.RunAsync($"drop database if exists {Name} with (force)");

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        return connection;
    }
}
