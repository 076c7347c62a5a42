using Automat.Domain;
using Automat.Domain.Stock;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Machines.Drivers.PickUp;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Demo;

/// <summary>The demo's counter, where people hand over what was ordered ahead.</summary>
internal static class DemoCounter
{
    /// <summary>Its id.</summary>
    public const string Name = "counter-1";

    private static readonly int[] Goods = [12, 13, 14, 16, 8, 10, 4, 18, 21, 22];

    /// <summary>Puts it up once; a second start leaves it as it is.</summary>
    public static async Task SetAsync(IServiceProvider services, Id<Organization> organization, CancellationToken ct)
    {
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateScopeOf(organization).WorkOf("demo");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var id = MachineId.Parse(Name);
        if (await db.Set<Machine>().AnyAsync(m => m.Id == id, ct)) return;
        var owner = await db.Set<Organization>().AsNoTracking().SingleAsync(o => o.Id == organization, ct);
        var products = await db.Set<Product>().AsNoTracking().Where(p => Goods.Contains(p.Number)).ToDictionaryAsync(p => p.Number, ct);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.SayAsync(new StockMove(MovementKind.Opening), ct);
        db.Add(new Machine
        {
            Id = id,
            OrganizationId = organization,
            Name = "Front Counter",
            Location = "Main lobby, beside the stairs",
            Driver = PickUpDriver.DriverName,
            Currency = owner.Currency,
            TimeZone = "Europe/Berlin",
            Settings = "{}",
            CreatedAt = owner.CreatedAt.AddSeconds(5),
        });
        db.AddRange(Goods.Where(products.ContainsKey).Select((number, at) => new Slot
        {
            MachineId = id,
            Code = DemoCatalog.CodeOf(at),
            OrganizationId = organization,
            ProductId = products[number].Id,
            Price = products[number].Price,
            Capacity = products[number].IsByWeight ? 10_000 : 20,
            ParLevel = products[number].IsByWeight ? 8_000 : 15,
            MinLevel = products[number].IsByWeight ? 1_500 : 4,
            Stock = products[number].IsByWeight ? 7_500 : 15,
        }));
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
    }
}
