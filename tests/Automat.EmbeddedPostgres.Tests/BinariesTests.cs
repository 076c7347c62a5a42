namespace Automat.EmbeddedPostgres.Tests;

public sealed class BinariesTests
{
    private const string Debian15 = "/usr/lib/postgresql/15/bin";

    private static void NeedDebian15() =>
        Assert.SkipUnless(Directory.Exists(Debian15), "PostgreSQL 15 is not installed (apt-get install postgresql-15).");

    private static Task<PostgresBinaries> FindAsync(PostgresPlaces places, int? major = null) =>
        PostgresBinaries.FindAsync(places, major, CancellationToken.None);

    [Fact]
    public async Task The_product_brings_its_own()
    {
        var places = PostgresPlaces.OfThisMachine(null) with { Demanded = null, Installed = [] };

        var found = await FindAsync(places);

        Assert.Equal(18, found.Major);
        Assert.StartsWith("18.", found.Version);
    }

    [Fact]
    public async Task The_machines_own_are_the_last_resort()
    {
        NeedDebian15();

        var found = await FindAsync(PostgresPlaces.OfThisMachine(null) with { Demanded = null, Brought = ["/nowhere"] });

        Assert.StartsWith("/usr/lib/postgresql/", found.Folder);
    }

    [Fact]
    public async Task With_none_the_message_is_one_line_that_says_what_to_type()
    {
        var none = await Assert.ThrowsAsync<EmbeddedClusterException>(() => FindAsync(new(null, ["/nowhere"], [])));

        Assert.StartsWith("No PostgreSQL 15 or newer was found; install it: ", none.Message);
        Assert.DoesNotContain('\n', none.Message);
        if (File.Exists("/etc/debian_version")) Assert.EndsWith("apt-get install postgresql", none.Message);
    }

    [Fact]
    public async Task A_named_folder_without_them_is_an_error_even_where_others_exist()
    {
        var wrong = await Assert.ThrowsAsync<EmbeddedClusterException>(() => PostgresBinaries.FindAsync("/usr/share"));

        Assert.StartsWith("/usr/share holds no runnable initdb, pg_ctl and postgres", wrong.Message);
        Assert.Contains("AUTOMAT_POSTGRES_BIN", wrong.Message);
    }

    [Fact]
    public async Task A_version_that_is_too_old_does_not_count()
    {
        using var data = new TemporaryData();
        Directory.CreateDirectory(data.Folder);
        foreach (var name in new[] { "initdb", "pg_ctl", "postgres" })
        {
            var program = Path.Combine(data.Folder, name);
            await File.WriteAllTextAsync(program, "#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n");
            if (!OperatingSystem.IsWindows())
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        var old = await Assert.ThrowsAsync<EmbeddedClusterException>(() => FindAsync(new(null, [], [data.Folder])));

        Assert.Contains($"(found only 14.9 in {data.Folder})", old.Message);
    }

    [Fact]
    public async Task The_environment_may_name_the_folder()
    {
        NeedDebian15();
        using var data = new TemporaryData();

        await using var server = await ServerProcess.StartAsync(data.Folder, Debian15);

        Assert.StartsWith("ready 15.", server.Greeting);
    }

    [Fact]
    public async Task A_cluster_is_opened_only_by_the_version_that_made_it()
    {
        NeedDebian15();
        using var data = new TemporaryData();
        var both = PostgresPlaces.OfThisMachine(null) with { Demanded = null };
        await using (await EmbeddedCluster.StartAsync(data.Options with { BinaryDirectory = Debian15 }))
        {
        }

        await using (var matching = await EmbeddedCluster.StartAsync(data.Options with { Places = both }))
            Assert.StartsWith("15.", matching.Version);
        var refusal = await Assert.ThrowsAsync<EmbeddedClusterException>(
            () => EmbeddedCluster.StartAsync(data.Options with { Places = both with { Installed = [] } }));

        Assert.StartsWith("PostgreSQL 15 is needed to open the existing data (found only 18.", refusal.Message);
        if (File.Exists("/etc/debian_version")) Assert.EndsWith("apt-get install postgresql-15", refusal.Message);
    }
}
