using System.Diagnostics;

namespace Automat.EmbeddedPostgres.Tests;

public sealed class KillingTests
{
    private static string ClusterIn(TemporaryData data) => Path.Combine(data.Folder, "postgres");

    private static bool Runs(int pid) => Process.GetProcesses().Any(p => p.Id == pid);

    [Fact]
    public async Task A_killed_server_takes_its_cluster_along()
    {
        using var data = new TemporaryData(TemporaryData.LongName);
        await using var server = await ServerProcess.StartAsync(data.Folder);
        var postmaster = Queries.Postmaster(ClusterIn(data));
        var socketFolder = File.ReadLines(Path.Combine(ClusterIn(data), "postmaster.pid")).ElementAt(4);
        data.AlsoRemoved = socketFolder;
        Assert.StartsWith("automat-", Path.GetFileName(socketFolder), StringComparison.Ordinal); // a short one of its own

        server.Kill();

        await Queries.UntilAsync(() => !Runs(postmaster), "the cluster stopped");
        await Queries.UntilAsync(() => !Directory.Exists(socketFolder), "its socket's folder was gone");
        Assert.False(File.Exists(Path.Combine(ClusterIn(data), "postmaster.pid")));
    }

    [Fact]
    public async Task A_start_right_after_a_kill_waits_and_finds_everything()
    {
        using var data = new TemporaryData();
        await using var server = await ServerProcess.StartAsync(data.Folder);
        server.Kill();
        await server.EndAsync();

        await using (var cluster = await EmbeddedCluster.StartAsync(data.Options))
            Assert.Equal("pie", await cluster.AskAsync("SELECT item FROM sold"));
    }

    [Fact]
    public async Task Control_C_leaves_the_cluster_to_the_servers_last_work()
    {
        using var data = new TemporaryData();
        await using var server = await ServerProcess.StartAsync(data.Folder);

        await server.PressControlCAsync();

        Assert.Equal("last 1", await server.LineAsync());
        await server.EndAsync();
        Assert.False(File.Exists(Path.Combine(ClusterIn(data), "postmaster.pid")));
    }

    [Fact]
    public async Task A_cluster_whose_postmaster_was_killed_says_so_and_recovers()
    {
        using var data = new TemporaryData();
        await using var first = await EmbeddedCluster.StartAsync(data.Options with { Durable = true });
        await first.AskAsync("CREATE TABLE kept AS SELECT 42 AS answer");

        using (var postmaster = Process.GetProcessById(Queries.Postmaster(first.DataDirectory))) postmaster.Kill();
        await first.Ended.WaitAsync(TimeSpan.FromSeconds(30));
        await first.DisposeAsync();
        await using var second = await EmbeddedCluster.StartAsync(data.Options);

        Assert.Equal("42", await second.AskAsync("SELECT answer FROM kept"));
    }
}
