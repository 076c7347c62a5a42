using System.Globalization;

namespace Automat.EmbeddedPostgres.Tests;

/// <summary>PostgreSQL refuses root, and root's folders refuse the user it runs as instead.</summary>
public sealed class RootTests
{
    private static void NeedRoot() => Assert.SkipUnless(
        OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root can hand a cluster to another user.");

    /// <summary>A line of the postmaster's /proc status, such as its user or its capabilities.</summary>
    private static string Status(EmbeddedCluster cluster, string field)
    {
        var pid = Queries.Postmaster(cluster.DataDirectory).ToString(CultureInfo.InvariantCulture);
        var line = File.ReadLines($"/proc/{pid}/status").First(l => l.StartsWith(field + ":", StringComparison.Ordinal));
        return line.Split('\t')[1];
    }

    [Fact]
    public async Task In_a_folder_all_can_enter_the_cluster_has_no_privilege_at_all()
    {
        NeedRoot();
        using var data = new TemporaryData().OpenToAll();
        using var copy = new TemporaryData("bin").OpenToAll();
        var binaries = await CopyBinariesAsync(copy);

        await using var cluster = await EmbeddedCluster.StartAsync(data.Options with { BinaryDirectory = binaries });

        Assert.NotEqual("0", Status(cluster, "Uid"));
        Assert.Equal("0000000000000000", Status(cluster, "CapEff"));
        Assert.Equal("0000000000000000", Status(cluster, "CapAmb"));
    }

    [Fact]
    public async Task In_a_private_folder_the_cluster_may_pass_but_not_write()
    {
        NeedRoot();
        using var data = new TemporaryData();

        await using (var first = await EmbeddedCluster.StartAsync(data.Options))
        {
            Assert.NotEqual("0", Status(first, "Uid"));
            // CAP_DAC_READ_SEARCH alone; in a container without it, CAP_DAC_OVERRIDE.
            Assert.Contains(Status(first, "CapEff"), new[] { "0000000000000004", "0000000000000002" });
        }

        await using var second = await EmbeddedCluster.StartAsync(data.Options);
        Assert.Equal("1", await second.AskAsync("SELECT 1"));
    }

    [Fact]
    public async Task Programs_in_a_private_folder_can_be_run_too()
    {
        NeedRoot();
        using var data = new TemporaryData().OpenToAll();
        using var copy = new TemporaryData("bin");
        var binaries = await CopyBinariesAsync(copy);

        await using var cluster = await EmbeddedCluster.StartAsync(data.Options with { BinaryDirectory = binaries });

        Assert.NotEqual("0", Status(cluster, "Uid"));
        Assert.Equal("1", await cluster.AskAsync("SELECT 1"));
    }

    [Fact]
    public async Task A_cluster_that_belongs_to_root_is_refused_with_what_to_type()
    {
        NeedRoot();
        using var data = new TemporaryData();
        var cluster = Directory.CreateDirectory(Path.Combine(data.Folder, "postgres"));
        var installed = await PostgresBinaries.FindAsync();
        await File.WriteAllTextAsync(Path.Combine(cluster.FullName, "PG_VERSION"), $"{installed.Major}\n");

        var refusal = await Assert.ThrowsAsync<EmbeddedClusterException>(() => EmbeddedCluster.StartAsync(data.Options));

        Assert.EndsWith($"chown -R postgres {cluster.FullName}", refusal.Message);
    }

    [Theory]
    [InlineData("setpriv")]
    [InlineData("runuser")]
    [InlineData("su")]
    public async Task Every_way_to_another_user_starts_and_stops_a_cluster(string program)
    {
        NeedRoot();
        using var data = new TemporaryData().OpenToAll();
        using var copy = new TemporaryData("bin").OpenToAll();
        var binaries = await PostgresBinaries.FindAsync(await CopyBinariesAsync(copy));
        var folder = new ClusterFolder(data.Folder);
        Directory.CreateDirectory(folder.Root);
        var nobody = new ClusterUser.Account("nobody", 65534, 65534);
        var user = new ClusterUser(ClusterUser.Ways(nobody).First(way => way[0] == program), "65534:65534");

        await ClusterCreation.RunAsync(folder, binaries, user, durable: false, CancellationToken.None);
        var (postmaster, address) = await Launch.RunAsync(
            folder, binaries, user, data.Options, folder.ReadPassword(), CancellationToken.None);
        await postmaster.DisposeAsync();

        Assert.False(File.Exists(Path.Combine(address.Host, ClusterAddress.SocketName)));
        Assert.False(File.Exists(folder.PidFile));
    }

    private static async Task<string> CopyBinariesAsync(TemporaryData copy)
    {
        var found = await PostgresBinaries.FindAsync();
        var installation = Path.GetDirectoryName(found.Folder)!;
        Directory.CreateDirectory(copy.Folder);
        // Hard links where the file system allows: the copy is only about who may enter its folder.
        var linked = await Command.RunAsync(["cp", "-al", installation, copy.Folder], CancellationToken.None);
        if (!linked.Succeeded) await Command.RunAsync(["cp", "-a", installation, copy.Folder], CancellationToken.None);
        return Path.Combine(copy.Folder, Path.GetFileName(installation), "bin");
    }
}
