using System.Diagnostics.Metrics;
using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.EmbeddedPostgres;
using Automat.Server;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Vends;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Automat.Bench;

/// <summary>A durable cluster of its own with a migrated database, and the server's journal on it.</summary>
internal sealed class BenchServer : IAsyncDisposable
{
    public const int ChipsEach = 64;

    private const string Database = "automat_bench";

    private readonly DirectoryInfo folder;
    private readonly EmbeddedCluster cluster;
    private readonly ServiceProvider services;
    private readonly MeterListener listener = new();
    private long commands;
    private long commits;

    private BenchServer(DirectoryInfo folder, EmbeddedCluster cluster, ServiceProvider services, NpgsqlDataSource plain)
    {
        (this.folder, this.cluster, this.services, Plain) = (folder, cluster, services, plain);
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Name == "automat.journal.batch_size") l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<int>((_, size, _, _) =>
        {
            Interlocked.Add(ref commands, size);
            Interlocked.Increment(ref commits);
        });
        listener.Start();
    }

    /// <summary>Connections without the server's roles: what hand-written SQL would use.</summary>
    public NpgsqlDataSource Plain { get; }

    public DatabaseAddress Address => services.GetRequiredService<DatabaseAddress>();

    public Journal Journal => services.GetRequiredService<Journal>();

    /// <summary>Whom the journal tells of what it booked; nobody listens here.</summary>
    public VendSignals Signals => services.GetRequiredService<VendSignals>();

    /// <summary>Commands that shared a commit since the last call, on average.</summary>
    public double TakeBatchSize()
    {
        var (all, times) = (Interlocked.Exchange(ref commands, 0), Interlocked.Exchange(ref commits, 0));
        return times == 0 ? 0 : (double)all / times;
    }

    public static async Task<BenchServer> StartAsync()
    {
        var place = Directory.CreateTempSubdirectory("automat-bench-");
        var started = await EmbeddedCluster.StartAsync(
            new EmbeddedClusterOptions { DataDirectory = Path.Combine(place.FullName, "data") });
        await started.EnsureDatabaseAsync(Database);
        var address = started.ConnectionString(Database);
        var modules = new ServiceCollection().AddModules();
        await DataModule.MigrateAsync(new DatabaseAddress(address, address), modules, CancellationToken.None);
        var provider = modules.AddSingleton(new DatabaseAddress(address, address))
            .AddSingleton(TimeProvider.System).AddLogging().AddMetrics().BuildServiceProvider();
        var plain = NpgsqlDataSource.Create(new NpgsqlConnectionStringBuilder(address)
        {
            MaxAutoPrepare = 50,
            AutoPrepareMinUsages = 2,
            NoResetOnClose = true,
            // As the journal has it: plans made on empty tables must not spoil the limits either.
            Options = "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c enable_material=off",
        });
        // Many callers sell to one chip at the same moment here, which only one machine may elsewhere.
        await using (var allow = plain.CreateCommand("drop index ux_vends_open_chip")) await allow.ExecuteNonQueryAsync();
        var server = new BenchServer(place, started, provider, plain);
        await ((IHostedService)server.Journal).StartAsync(CancellationToken.None);
        return server;
    }

    /// <summary>Makes organisations with an empty ledger and chips that are never empty.</summary>
    public async Task<Id<Organization>[]> AddOrganizationsAsync(int count)
    {
        var all = Enumerable.Range(0, count).Select(_ => Id<Organization>.New()).ToArray();
        await using var connection = await Plain.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        foreach (var id in all)
        {
            batch.BatchCommands.Add(
                Sql.Of("insert into organizations (id, name, currency, created_at) values ($1, 'Bench', 'EUR', now())")
                    .Value(id.Value));
            batch.BatchCommands.Add(
                Sql.Of("insert into ledger_heads (organization_id, sequence, chain_hash) values ($1, 0, $2)")
                    .Value(id.Value).Value(Chain.Genesis.ToArray()));
        }

        await batch.ExecuteNonQueryAsync();
        await Task.WhenAll(all.Select(id => Journal.ExecuteAsync(new Fund { Organization = id })));
        return all;
    }

    public async ValueTask DisposeAsync()
    {
        await ((IHostedService)Journal).StopAsync(CancellationToken.None);
        listener.Dispose();
        await services.DisposeAsync();
        await Plain.DisposeAsync();
        await cluster.DisposeAsync();
        folder.Delete(recursive: true);
    }
}

/// <summary>Fills the chips, and opens the accounts that the hand-made statements only update.</summary>
internal sealed class Fund : JournalCommand<bool>
{
    private const long Credit = 1_000_000_000_000;

    public override string Key => "fund";

    public override bool Decide(JournalRows rows, DateTimeOffset now)
    {
        var chips = Enumerable.Range(0, BenchServer.ChipsEach).Select(n => new Posting($"chip:{n}", Credit));
        rows.Book(Organization, LedgerDraft.Of("fund", Currency.Eur, Details.None,
            [new("bank", -(BenchServer.ChipsEach * Credit) - 2), .. chips, new("revenue:SNACK-1", 1), new("tax:7", 1)]), now);
        return true;
    }
}
