using Automat.Domain;
using Automat.Domain.Goods;
using Automat.Domain.Stock;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Ledger;
using Automat.Server.Machines;
using Automat.Server.Machines.Drivers.Arcade;
using Automat.Server.Machines.Drivers.Fridge;
using Automat.Server.Machines.Drivers.Robot;
using Automat.Server.Payments;
using Automat.Server.Stock;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Demo;

/// <summary>
/// What an empty database begins with: an organisation and its empty ledger; in the demo also products and
/// machines. A second start finds its data.
/// </summary>
internal static class FirstData
{
    public static async Task<PaymentAccount> EnsureAsync(
        DatabaseAddress address, IServiceCollection modules, IConfiguration configuration, bool demo, CancellationToken ct)
    {
        await using var db = DataModule.OwnersView(address, modules, Actor.Of("first-start"));
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        // Several nodes may start at once on an empty database.
        await db.Database.ExecuteSqlRawAsync("lock table organizations in share row exclusive mode", ct);
        var organization = await db.Set<Organization>().OrderBy(o => o.CreatedAt).FirstOrDefaultAsync(ct);
        if (organization is null)
        {
            organization = Found(db, configuration, demo);
            if (demo)
            {
                await db.SayAsync(new StockMove(MovementKind.Opening), ct);
                AddDemo(db, organization);
            }
        }

        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new PaymentAccount(organization.Id);
    }

    private static Organization Found(AutomatDb db, IConfiguration configuration, bool demo)
    {
        var now = TimeProvider.System.GetUtcNow();
        var organization = new Organization
        {
            Id = Id<Organization>.New(now),
            Name = configuration["Automat:Organization"] ?? (demo ? "Demo Automat" : "Automat"),
            Currency = Currency.Parse(configuration["Automat:Currency"] ?? "EUR"),
            CreatedAt = now,
        };
        db.Add(organization);
        LedgerModule.Open(db, organization.Id);
        return organization;
    }

    private static void AddDemo(AutomatDb db, Organization organization)
    {
        var now = organization.CreatedAt;
        var products = DemoCatalog.Items.ToDictionary(i => i.Number, i => new Product
        {
            Id = Id<Product>.New(now),
            OrganizationId = organization.Id,
            Number = i.Number,
            Name = i.Name,
            Category = i.Category,
            Picture = $"/images/products/{i.Slug}.svg",
            Price = i.Price,
            TaxBasisPoints = i.TaxBasisPoints,
            Cost = i.Cost,
            Weight = i.Grams * 1_000L,
            Measure = i.IsByWeight ? Measure.Weight : Measure.Piece,
            QuantityStep = i.Step,
        });
        db.AddRange(products.Values);
        db.AddRange(products.Values.Select(p => p.Category).Distinct(StringComparer.Ordinal).Select(name => CatalogModule.NewCategory(organization.Id, name, now)));
        Machine[] machines =
        [
            NewMachine(organization, "cab001", "Galaxy Cabinet", "Arcade hall, left wall", ArcadeDriver.DriverName, "{}", 0),
            NewMachine(organization, "robot-1", "Pick-up Robot", "Main lobby", RobotDriver.DriverName,
                DriverSettings<RobotSettings>.Write(new RobotSettings { Allow = ["127.0.0.0/8", "::1"] }), 1),
            NewMachine(organization, "snack-1", "Snack Wall", "Second floor, by the stairs", "native", "{}", 2),
            NewMachine(organization, "fridge-1", "Fresh Fridge", "Canteen", FridgeDriver.DriverName,
                DriverSettings<FridgeSettings>.Write(new FridgeSettings { WarmestAllowed = 8 }), 3),
            NewMachine(organization, "mdb-1", "Platform Snacks", "Railway station, platform 2", "vmflow", DemoCatalog.VmFlowSettings, 4),
        ];
        StockModule.Begin(
            db, organization.Id, [.. products.Values.Where(p => p.Number is 1 or 2 or 3 or 4 or 6 or 17 or 18 or 19).Select(p => p.Id)],
            [.. machines.Where(m => m.Driver is not ArcadeDriver.DriverName).Select(m => m.Id)], now);
        foreach (var machine in machines)
        {
            db.Add(machine);
            db.AddRange(DemoCatalog.Planograms[machine.Id.Value].Select((number, at) => new Slot
            {
                MachineId = machine.Id,
                Code = DemoCatalog.CodeOf(at),
                OrganizationId = organization.Id,
                ProductId = products[number].Id,
                Price = products[number].Price,
                Capacity = machine.Driver == ArcadeDriver.DriverName ? null : 12,
                ParLevel = machine.Driver == ArcadeDriver.DriverName ? null : 10,
                MinLevel = machine.Driver == ArcadeDriver.DriverName ? null : 4,
                Stock = machine.Driver == ArcadeDriver.DriverName ? 0 : at == 5 ? 0 : 10,
            }));
        }
    }

    private static Machine NewMachine(
        Organization organization, string id, string name, string location, string driver, string settings, int order) => new()
        {
            Id = MachineId.Parse(id),
            OrganizationId = organization.Id,
            Name = name,
            Location = location,
            Driver = driver,
            Currency = organization.Currency,
            TimeZone = "Europe/Berlin",
            Settings = settings,
            CreatedAt = organization.CreatedAt.AddSeconds(order),
        };
}
