using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Automat.Server.Data;

/// <summary>Where the database is.</summary>
/// <param name="Serving">Connection string of the server's login.</param>
/// <param name="Owner">Connection string of the login that owns the tables and migrates them; may be the same.</param>
public sealed record DatabaseAddress(string Serving, string Owner)
{
    /// <summary>The role requests are served under.</summary>
    public const string ServingRole = "automat_serving";

    /// <summary>The role the journal writes under.</summary>
    public const string JournalRole = "automat_journal";

    /// <summary>The role that sees all organisations' rows.</summary>
    public const string CrossingRole = "automat_crossing";

    /// <summary>The session setting the row-level policies read: the organisation's id, or nothing.</summary>
    internal const string TenantSetting = "automat.organization";

    /// <summary>The serving login, acting in a role of fewer rights.</summary>
    /// <param name="role">The role.</param>
    /// <param name="poolSize">Connections at the most; fewer where the operator's string says <c>Maximum Pool Size</c>.</param>
    public string As(string role, int poolSize)
    {
        var address = new NpgsqlConnectionStringBuilder(Serving)
        {
            Options = $"-c role={role}",
            ApplicationName = role,
            MaxAutoPrepare = 200,
            AutoPrepareMinUsages = 2,
        };
        address.MaxPoolSize = Math.Min(address.MaxPoolSize, poolSize);
        return address.ConnectionString;
    }

    /// <summary>
    /// The serving login as the journal uses it. It finds every row by its key, so it must never read a whole table: a
    /// plan made while the table was empty would go on doing so when it is large. And its connections keep no state that
    /// would have to be reset between two batches.
    /// </summary>
    /// <param name="poolSize">Connections at the most.</param>
    /// <param name="node">Who writes, so that what it tells others is not news to itself.</param>
    public string AsJournal(int poolSize, Node node) => new NpgsqlConnectionStringBuilder(As(JournalRole, poolSize))
    {
        Options = $"-c role={JournalRole} -c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off "
            + $"-c enable_material=off -c {Node.Setting}={node.Number}",
        NoResetOnClose = true,
    }.ConnectionString;
}

/// <summary>The front door to the database.</summary>
public static class DataModule
{
    /// <summary>Connections a node serves requests with, at the most.</summary>
    internal const int ServingConnections = 40;

    /// <summary>Adds the data sources, EF Core's view of them, and encryption under keys that lie in the database.</summary>
    public static IServiceCollection AddData(this IServiceCollection services)
    {
        services.AddSingleton(Node.Draw());
        services.AddSingleton<Nodes>();
        services.AddHostedService(provider => provider.GetRequiredService<Nodes>());
        services.AddSingleton(provider => new ServingDataSource(
            NpgsqlDataSource.Create(provider.GetRequiredService<DatabaseAddress>().As(DatabaseAddress.ServingRole, ServingConnections))));
        services.AddSingleton(provider => new CrossingDataSource(
            NpgsqlDataSource.Create(provider.GetRequiredService<DatabaseAddress>().As(DatabaseAddress.CrossingRole, 20))));
        services.AddSingleton(provider => new JournalDataSource(
            NpgsqlDataSource.Create(provider.GetRequiredService<DatabaseAddress>()
                .AsJournal(4, provider.GetRequiredService<Node>()))));
        services.AddSingleton<OneConnection>();
        services.AddScoped<TenantOfScope>();
        services.AddScoped(provider => provider.GetRequiredService<TenantOfScope>().Tenant);
        services.AddScoped<Actor>();
        services.AddDbContext<AutomatDb>((provider, db) =>
        {
            var tenant = provider.GetRequiredService<Tenant>();
            db.UseNpgsql(tenant.Across is null
                ? provider.GetRequiredService<ServingDataSource>().Source
                : provider.GetRequiredService<CrossingDataSource>().Source);
            if (tenant.Across is null) db.AddInterceptors(new TenantConnection(tenant));
        });
        services.AddSingleton<ITables, KeyRingTables>();
        services.AddSingleton<KeyRing>();
        services.AddSingleton<IConfigureOptions<KeyManagementOptions>, UseKeyRing>();
        services.AddDataProtection().SetApplicationName("Automat");
        return services;
    }

    /// <summary>Reads with one connection for all of a request's queries. Place it after the tenant is known.</summary>
    public static IApplicationBuilder UseOneConnection(this IApplicationBuilder app)
    {
        var one = app.ApplicationServices.GetRequiredService<OneConnection>();
        return app.Use(one.RunAsync);
    }

    /// <summary>Brings the tables up to date under the owner's login; several nodes may do so at once.</summary>
    public static async Task MigrateAsync(DatabaseAddress address, IServiceCollection modules, CancellationToken ct)
    {
        await using var db = OwnersView(address, modules);
        await db.Database.MigrateAsync(ct);
        // Every table that belongs to tenants, the ones this version brought included.
        await db.Database.ExecuteSqlRawAsync("select protect_tenants()", ct);
    }

    /// <summary>The database as its owner sees it: for migrating and for the first data, never for requests.</summary>
    /// <param name="address">The database.</param>
    /// <param name="modules">The registered modules.</param>
    /// <param name="actor">Who saves; null for somebody who only migrates.</param>
    public static AutomatDb OwnersView(DatabaseAddress address, IServiceCollection modules, Actor? actor = null)
    {
        var options = new DbContextOptionsBuilder<AutomatDb>().UseNpgsql(address.Owner).Options;
        ITables[] tables = [.. modules.Where(m => m.ServiceType == typeof(ITables))
            .Select(m => (ITables)Activator.CreateInstance(m.ImplementationType!)!)];
        var changes = (IChangeLog)Activator.CreateInstance(
            modules.Single(m => m.ServiceType == typeof(IChangeLog)).ImplementationType!, actor ?? new Actor(), TimeProvider.System)!;
        return new AutomatDb(options, tables, Tenant.Everybody("the owner migrates and founds"), changes);
    }
}
