using Automat.Server.Audit;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Ledger;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.People;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Automat.Server;

/// <summary>Every module with tables, one line each: the part of the table of contents the database needs too.</summary>
internal static class Modules
{
    public static IServiceCollection AddModules(this IServiceCollection services) => services
        .AddData()
        .AddAudit()
        .AddPeople()
        .AddLedger()
        .AddJournal()
        .AddCatalog()
        .AddMachines()
        .AddPayments()
        .AddVends();
}

/// <summary>Lets the migration tool see the model without starting the server.</summary>
internal sealed class DesignTimeDb : IDesignTimeDbContextFactory<AutomatDb>
{
    public AutomatDb CreateDbContext(string[] args)
    {
        var services = new ServiceCollection().AddModules().BuildServiceProvider();
        var options = new DbContextOptionsBuilder<AutomatDb>().UseNpgsql("Host=nowhere").Options;
        return new AutomatDb(options, services.GetServices<ITables>());
    }
}
