using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Automat.EmbeddedPostgres.Tests;

/// <summary>A data folder for one test, removed afterwards. Its parent is private: as root nobody else can enter it.</summary>
internal sealed class TemporaryData : IDisposable
{
    /// <summary>Leaves no room for the rest of a socket's address.</summary>
    public const string LongName =
        "a-folder-whose-name-is-far-too-long-for-the-address-of-a-socket-whatever-the-folders-around-it-are-called";

    private readonly DirectoryInfo _parent = Directory.CreateTempSubdirectory("automat-test-");

    public TemporaryData(string name = "data") => Folder = Path.Combine(_parent.FullName, name);

    public string Folder { get; }

    public EmbeddedClusterOptions Options => new() { DataDirectory = Folder, Durable = false };

    /// <summary>Lets every user of the machine pass through to the data folder.</summary>
    public TemporaryData OpenToAll()
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_parent.FullName, (UnixFileMode)Convert.ToInt32("755", 8));
        return this;
    }

    /// <summary>A folder outside, should a failed test leave it.</summary>
    public string? AlsoRemoved { get; set; }

    public void Dispose()
    {
        _parent.Delete(recursive: true);
        if (AlsoRemoved is not null && Directory.Exists(AlsoRemoved)) Directory.Delete(AlsoRemoved, recursive: true);
    }
}

internal static class Queries
{
    public static async Task<string> AskAsync(this EmbeddedCluster cluster, string sql)
    {
        await using var source = NpgsqlDataSource.Create(cluster.ConnectionString("postgres") + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return $"{await command.ExecuteScalarAsync()}";
    }

    /// <summary>The postmaster's process, as its own file says.</summary>
    public static int Postmaster(string clusterFolder) =>
        int.Parse(File.ReadLines(Path.Combine(clusterFolder, "postmaster.pid")).First(), CultureInfo.InvariantCulture);

    public static async Task UntilAsync(Func<bool> condition, string what)
    {
        var waiting = Stopwatch.StartNew();
        while (!condition())
        {
            if (waiting.Elapsed > TimeSpan.FromSeconds(30)) Assert.Fail($"Waited in vain until {what}.");
            await Task.Delay(20);
        }
    }
}
