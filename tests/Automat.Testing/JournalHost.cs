using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Server;
using Automat.Server.Data;
using Automat.Server.Journal;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace Automat.Testing;

/// <summary>The server's modules on a test's database; only the journal runs: no HTTP, no sweeps, no payments.</summary>
public sealed class JournalHost : IAsyncDisposable
{
    private readonly ServiceProvider services;

    private JournalHost(ServiceProvider services) => this.services = services;

    /// <summary>All modules' services; payment providers must be given to <see cref="StartAsync"/>.</summary>
    public IServiceProvider Services => services;

    /// <summary>The running journal.</summary>
    public Journal Journal => services.GetRequiredService<Journal>();

    /// <summary>The first organisation, with an empty ledger.</summary>
    public required Id<Organization> Organization { get; init; }

    /// <summary>Makes an organisation and starts the journal.</summary>
    /// <param name="database">Where.</param>
    /// <param name="clock">The time; by default the machine's.</param>
    /// <param name="configure">Adds or replaces services before they are built.</param>
    public static async Task<JournalHost> StartAsync(
        TestDatabase database, TimeProvider? clock = null, Action<IServiceCollection>? configure = null)
    {
        await AllowManySalesOfAChipAsync(database);
        var registrations = new ServiceCollection();
        registrations.AddModules();
        registrations.AddSingleton(database.Address);
        registrations.AddLogging();
        registrations.AddMetrics();
        registrations.Replace(ServiceDescriptor.Singleton(clock ?? TimeProvider.System));
        configure?.Invoke(registrations);
        var provider = registrations.BuildServiceProvider();
        var host = new JournalHost(provider)
        {
            Organization = await AddOrganizationAsync(provider, "Demo", Currency.Eur),
        };
        await ((IHostedService)host.Journal).StartAsync(CancellationToken.None);
        return host;
    }

    /// <summary>Makes one more organisation with an empty ledger.</summary>
    public Task<Id<Organization>> AddOrganizationAsync(string name, Currency? currency = null) =>
        AddOrganizationAsync(services, name, currency ?? Currency.Eur);

    /// <summary>Commits what waits, then stops.</summary>
    public async ValueTask DisposeAsync()
    {
        await ((IHostedService)Journal).StopAsync(CancellationToken.None);
        await services.DisposeAsync();
    }

    /// <summary>
    /// A till of the tests sells to few chips many times at once, which no machine can: what forbids it has tests of its own.
    /// </summary>
    private static async Task AllowManySalesOfAChipAsync(TestDatabase database)
    {
        await using var owner = await database.OwnerConnectionAsync();
        await using var command = new NpgsqlCommand("drop index if exists ux_vends_open_chip", owner);
        await command.ExecuteNonQueryAsync();
    }

    private static async Task<Id<Organization>> AddOrganizationAsync(
        IServiceProvider services, string name, Currency currency)
    {
        var id = Id<Organization>.New();
        var now = services.GetRequiredService<TimeProvider>().GetUtcNow();
        var source = services.GetRequiredService<CrossingDataSource>().Source;
        await using var connection = await source.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(
            Sql.Of("insert into organizations (id, name, currency, created_at) values ($1, $2, $3, $4)")
                .Value(id.Value).Value(name).Value(currency.Code).Value(now.ToUniversalTime()));
        batch.BatchCommands.Add(
            Sql.Of("insert into ledger_heads (organization_id, sequence, chain_hash) values ($1, 0, $2)")
                .Value(id.Value).Value(Chain.Genesis.ToArray()));
        await batch.ExecuteNonQueryAsync();
        return id;
    }
}
