namespace Automat.EmbeddedPostgres.Tests;

/// <summary>What an earlier server may leave in the data folder.</summary>
public sealed class LeftoverTests
{
    [Fact]
    public async Task A_process_number_now_used_by_somebody_else_stops_nobody()
    {
        using var data = new TemporaryData();
        await using (await EmbeddedCluster.StartAsync(data.Options))
        {
        }

        await File.WriteAllTextAsync(
            new ClusterFolder(data.Folder).PidFile, $"{Environment.ProcessId}\n{data.Folder}/postgres\n");
        await using var cluster = await EmbeddedCluster.StartAsync(data.Options);

        Assert.Equal("1", await cluster.AskAsync("SELECT 1"));
    }

    [Fact]
    public async Task A_cluster_left_running_is_stopped_and_started_anew()
    {
        using var data = new TemporaryData();
        await using (await EmbeddedCluster.StartAsync(data.Options))
        {
        }

        var folder = new ClusterFolder(data.Folder);
        var binaries = await PostgresBinaries.FindAsync();
        var user = await ClusterUser.ChooseAsync(folder, binaries, CancellationToken.None);
        var settings = PostmasterSettings.Arguments(data.Options, ClusterAddress.FreeLoopbackPort());
        await using var left = await PgCtlPostmaster.StartAsync(
            settings, binaries, folder, user, data.Options, CancellationToken.None);
        await using var cluster = await EmbeddedCluster.StartAsync(data.Options);

        await left.Ended.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal("1", await cluster.AskAsync("SELECT 1"));
    }
}
