using Automat.Domain;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Data;

/// <summary>
/// The database as EF Core sees it. It knows no module: modules bring their tables as <see cref="ITables"/>. What is true of
/// all columns stands here: snake_case names, ids as uuid, enums by name, money as minor units, time as UTC; and what is true
/// of all rows: a scope sees those of its own organisation. The database's row-level policies say the same once more.
/// </summary>
public sealed class AutomatDb(DbContextOptions<AutomatDb> options, IEnumerable<ITables> tables, Tenant tenant)
    : DbContext(options)
{
    /// <summary>Whether rows of all organisations are seen.</summary>
    private bool SeesAll => tenant.Across is not null;

    /// <summary>Whose rows are seen.</summary>
    private Id<Organization> Organization => tenant.Organization;

    /// <inheritdoc/>
    protected override void OnModelCreating(ModelBuilder modelBuilder)
    {
        foreach (var table in tables) table.Map(modelBuilder);
        SnakeCase.Apply(modelBuilder);
        TenantFilter.Apply(modelBuilder, () => SeesAll, () => Organization);
    }

    /// <inheritdoc/>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder)
    {
        configurationBuilder.Properties<MachineId>().HaveConversion<MachineIdConverter>().HaveMaxLength(64);
        configurationBuilder.Properties<Currency>().HaveConversion<CurrencyConverter>().HaveMaxLength(3).AreFixedLength();
        configurationBuilder.Properties<Enum>().HaveConversion<string>().HaveMaxLength(32);
    }
}
