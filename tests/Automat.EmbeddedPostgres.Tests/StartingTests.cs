using Npgsql;

namespace Automat.EmbeddedPostgres.Tests;

public sealed class StartingTests
{
    [Fact]
    public async Task A_second_start_finds_what_the_first_one_stored()
    {
        using var data = new TemporaryData();

        await using (var first = await EmbeddedCluster.StartAsync(data.Options))
            await first.AskAsync("CREATE TABLE kept AS SELECT 42 AS answer");
        await using var second = await EmbeddedCluster.StartAsync(data.Options);

        Assert.Equal("42", await second.AskAsync("SELECT answer FROM kept"));
    }

    [Fact]
    public async Task A_cluster_is_set_up_for_keeping_books()
    {
        using var data = new TemporaryData();
        var settings = new Dictionary<string, string> { ["work_mem"] = "5MB" };

        await using var cluster = await EmbeddedCluster.StartAsync(
            new() { DataDirectory = data.Folder, MaxConnections = 77, Settings = settings });

        Assert.Equal("UTF8", await cluster.AskAsync("SHOW server_encoding"));
        Assert.Equal("on", await cluster.AskAsync("SHOW data_checksums"));
        Assert.Equal("on", await cluster.AskAsync("SHOW fsync"));
        Assert.Equal("", await cluster.AskAsync("SHOW listen_addresses"));
        Assert.Equal("UTC", await cluster.AskAsync("SHOW timezone"));
        Assert.Equal("77", await cluster.AskAsync("SHOW max_connections"));
        Assert.Equal("5MB", await cluster.AskAsync("SHOW work_mem"));
        Assert.Equal("KÖLSCH", await cluster.AskAsync("SELECT upper('kölsch')"));
        Assert.Equal("True", await cluster.AskAsync("SELECT 'Z' < 'a'"));
    }

    [Fact]
    public async Task Only_who_knows_the_password_gets_in()
    {
        using var data = new TemporaryData();
        await using var cluster = await EmbeddedCluster.StartAsync(data.Options);
        await cluster.AskAsync("CREATE ROLE teller LOGIN PASSWORD 'brass'; SELECT 1");

        Assert.Equal("teller", await WhoAsync(cluster.ConnectionString("postgres", "teller", "brass")));
        await Assert.ThrowsAsync<PostgresException>(() => WhoAsync(cluster.ConnectionString("postgres", "teller")));

        var secret = new FileInfo(Path.Combine(data.Folder, "postgres.password"));
        Assert.Equal(cluster.Password, await File.ReadAllTextAsync(secret.FullName));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, secret.UnixFileMode);
    }

    [Fact]
    public async Task A_database_is_made_once()
    {
        using var data = new TemporaryData();
        await using var cluster = await EmbeddedCluster.StartAsync(data.Options);

        Assert.True(await cluster.EnsureDatabaseAsync("Pie \"and\" coffee"));
        Assert.False(await cluster.EnsureDatabaseAsync("Pie \"and\" coffee"));
        Assert.Equal("automat", await WhoAsync(cluster.ConnectionString("Pie \"and\" coffee")));
    }

    [Fact]
    public async Task Stopping_cuts_connections_and_leaves_no_socket()
    {
        using var data = new TemporaryData();
        var cluster = await EmbeddedCluster.StartAsync(data.Options);
        await using var idle = new NpgsqlConnection(cluster.ConnectionString("postgres") + ";Pooling=false");
        await idle.OpenAsync();

        await cluster.DisposeAsync();

        Assert.True(cluster.Ended.IsCompleted);
        Assert.False(Directory.Exists(cluster.SocketDirectory));
        Assert.False(File.Exists(Path.Combine(cluster.DataDirectory, "postmaster.pid")));
    }

    [Fact]
    public async Task A_second_server_on_the_same_folder_is_told_so_and_the_first_goes_on()
    {
        using var data = new TemporaryData();
        await using var first = await EmbeddedCluster.StartAsync(data.Options);

        var refusal = await Assert.ThrowsAsync<EmbeddedClusterException>(() => EmbeddedCluster.StartAsync(data.Options));

        Assert.StartsWith($"Another server is already using the data folder {data.Folder}", refusal.Message);
        Assert.Equal("1", await first.AskAsync("SELECT 1"));
    }

    [Theory]
    [InlineData("a folder, with \"marks\" and 'quotes'")]
    [InlineData(TemporaryData.LongName)]
    public async Task Any_path_will_do(string name)
    {
        using var data = new TemporaryData(name);

        await using (var cluster = await EmbeddedCluster.StartAsync(data.Options))
        {
            Assert.Equal("1", await cluster.AskAsync("SELECT 1"));
            Assert.DoesNotContain(data.Folder, cluster.SocketDirectory);
            Assert.True(Directory.Exists(cluster.SocketDirectory));
            data.AlsoRemoved = cluster.SocketDirectory;
        }

        Assert.False(Directory.Exists(data.AlsoRemoved));
    }

    [Fact]
    public async Task A_creation_that_was_interrupted_is_begun_again()
    {
        using var data = new TemporaryData();
        var half = Directory.CreateDirectory(Path.Combine(data.Folder, "postgres.new"));
        await File.WriteAllTextAsync(Path.Combine(half.FullName, "PG_VERSION"), "18");

        await using var cluster = await EmbeddedCluster.StartAsync(data.Options);

        Assert.False(half.Exists && Directory.Exists(half.FullName));
        Assert.Equal("1", await cluster.AskAsync("SELECT 1"));
    }

    [Fact]
    public async Task A_folder_with_something_else_in_it_is_left_alone()
    {
        using var data = new TemporaryData();
        var photos = Directory.CreateDirectory(Path.Combine(data.Folder, "postgres", "photos"));

        var refusal = await Assert.ThrowsAsync<EmbeddedClusterException>(() => EmbeddedCluster.StartAsync(data.Options));

        Assert.Contains("holds no PostgreSQL cluster", refusal.Message);
        Assert.True(photos.Exists);
    }

    [Fact]
    public async Task A_lost_password_is_named()
    {
        using var data = new TemporaryData();
        await using (await EmbeddedCluster.StartAsync(data.Options))
            File.Delete(Path.Combine(data.Folder, "postgres.password"));

        var missing = await Assert.ThrowsAsync<EmbeddedClusterException>(() => EmbeddedCluster.StartAsync(data.Options));
        await File.WriteAllTextAsync(Path.Combine(data.Folder, "postgres.password"), "wrong");
        var wrong = await Assert.ThrowsAsync<EmbeddedClusterException>(() => EmbeddedCluster.StartAsync(data.Options));

        Assert.Contains("is missing", missing.Message);
        Assert.Contains("refuses the password", wrong.Message);
    }

    [Fact]
    public async Task A_start_that_fails_says_what_postgres_said()
    {
        using var data = new TemporaryData();
        var settings = new Dictionary<string, string> { ["shared_buffers"] = "a lot" };

        var refusal = await Assert.ThrowsAsync<EmbeddedClusterException>(
            () => EmbeddedCluster.StartAsync(data.Options with { Settings = settings }));
        await using var cluster = await EmbeddedCluster.StartAsync(data.Options);

        Assert.Contains("invalid value for parameter \"shared_buffers\": \"a lot\"", refusal.Message);
    }

    private static async Task<string> WhoAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection + ";Pooling=false");
        await using var command = source.CreateCommand("SELECT current_user");
        return $"{await command.ExecuteScalarAsync()}";
    }
}
