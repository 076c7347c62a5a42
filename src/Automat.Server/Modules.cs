using Automat.Server.Audit;
using Automat.Server.Books;
using Automat.Server.Catalog;
using Automat.Server.Chips;
using Automat.Server.Customers;
using Automat.Server.Data;
using Automat.Server.Debts;
using Automat.Server.Devices;
using Automat.Server.Dex;
using Automat.Server.Fridges;
using Automat.Server.Jobs;
using Automat.Server.Journal;
using Automat.Server.Ledger;
using Automat.Server.Machines;
using Automat.Server.Machines.Drivers.Arcade;
using Automat.Server.Machines.Drivers.Fridge;
using Automat.Server.Machines.Drivers.Native;
using Automat.Server.Machines.Drivers.PickUp;
using Automat.Server.Machines.Drivers.Robot;
using Automat.Server.Machines.Drivers.VmFlow;
using Automat.Server.Messages;
using Automat.Server.MqttStore;
using Automat.Server.Notifications;
using Automat.Server.Orders;
using Automat.Server.Payments;
using Automat.Server.People;
using Automat.Server.Privacy;
using Automat.Server.Push;
using Automat.Server.Refunds;
using Automat.Server.Reports;
using Automat.Server.Settings;
using Automat.Server.Settlements;
using Automat.Server.Shop;
using Automat.Server.Stock;
using Automat.Server.Temperatures;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql.EntityFrameworkCore.PostgreSQL.Design.Internal;

namespace Automat.Server;

/// <summary>Every module with tables, one line each: the part of the table of contents the database needs too.</summary>
internal static class Modules
{
    public static IServiceCollection AddModules(this IServiceCollection services) => services
        .AddData()
        .AddAccess()
        .AddAudit()
        .AddPrivacy()
        .AddPeople()
        .AddLedger()
        .AddJournal()
        .AddJobs()
        .AddCatalog()
        .AddMachines()
        .AddStock()
        .AddMqttStore()
        .AddChips()
        .AddPush() // before payments: whose device it is, is found by the address that these forget
        .AddPayments()
        .AddVends()
        .AddFridges()
        .AddRefunds()
        .AddSettings()
        .AddDebts()
        .AddBooks()
        .AddSettlements()
        .AddReports()
        .AddDex()
        .AddArcade()
        .AddTemperatures()
        .AddFridge()
        .AddRobot()
        .AddPickUp()
        .AddDevices()
        .AddNative()
        .AddVmFlow()
        .AddNotifications()
        .AddOrders()
        .AddMessages()
        .AddShop()
        .AddCustomers(); // after whoever asks whose an account is: it is forgotten last
}

/// <summary>Keeps what mappings say about the audit out of migrations: it is no matter of the database.</summary>
internal sealed class DesignTime : IDesignTimeServices
{
    public void ConfigureDesignTimeServices(IServiceCollection services) =>
        services.AddSingleton<IAnnotationCodeGenerator, WithoutAuditMarks>();

#pragma warning disable EF1001 // The provider's own generator is public for being extended, whatever its namespace says.
    private sealed class WithoutAuditMarks(AnnotationCodeGeneratorDependencies dependencies)
        : NpgsqlAnnotationCodeGenerator(dependencies)
    {
        public override IEnumerable<IAnnotation> FilterIgnoredAnnotations(IEnumerable<IAnnotation> annotations) =>
            base.FilterIgnoredAnnotations(annotations).Where(a => !AuditMarks.IsOne(a.Name));
    }
#pragma warning restore EF1001
}

/// <summary>Lets the migration tool see the model without starting the server.</summary>
internal sealed class DesignTimeDb : IDesignTimeDbContextFactory<AutomatDb>
{
    public AutomatDb CreateDbContext(string[] args) =>
        DataModule.OwnersView(new DatabaseAddress("Host=nowhere", "Host=nowhere"), new ServiceCollection().AddModules());
}
