using System.Globalization;
using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Planograms;
using Automat.Domain.Stock;
using Automat.Server.Audit;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Machines.Planograms;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines;

/// <summary>One slot as staff write it.</summary>
/// <param name="Code">Such as <c>A1</c>.</param>
/// <param name="Product">The product's number.</param>
/// <param name="Price">Minor units of the machine's currency, tax included; the product's usual price when absent.</param>
/// <param name="Capacity">How many fit; absent where nothing can run out.</param>
/// <param name="ParLevel">How many are meant to be there after a visit.</param>
/// <param name="Stock">How many are there; stays as it is when absent.</param>
/// <param name="MinLevel">With fewer than these it is time for a visit.</param>
internal sealed record SlotRequest(
    string? Code, int? Product, long? Price, int? Capacity, int? ParLevel, int? Stock, int? MinLevel = null);

/// <summary>All of a machine's slots.</summary>
internal sealed record PutPlanogramRequest(IReadOnlyList<SlotRequest>? Slots);

/// <summary>One slot as it is.</summary>
internal sealed record SlotView(
    string Code, int Product, string Name, long Price, int? Capacity, int? ParLevel, int Stock, int Reserved, int? MinLevel)
{
    /// <summary>What it is counted in: <c>piece</c>, or <c>weight</c>, whose numbers are grams and whose price is that of a kilogram.</summary>
    public string Measure { get; init; } = "piece";
}

/// <summary>Sets what lies in which slot of a machine, at what price. What is promised to somebody cannot be taken away.</summary>
public sealed class PutPlanogram(AutomatDb db, MachineChanges changes, DriverRegistry drivers, TimeProvider clock)
{
    internal async Task RunAsync(ClaimsPrincipal caller, string id, PutPlanogramRequest request, CancellationToken ct)
    {
        var machine = await db.OwnMachineAsync(caller, id, ct);
        if (machine.State is MachineState.Retired) throw new RuleException("machine_retired", $"{machine.Name} is retired.");
        var wanted = request.Slots ?? [];
        var products = await ProductsAsync(machine, wanted, ct);
        var lying = await db.Set<Slot>().AsNoTracking().Where(s => s.MachineId == machine.Id)
            .ToDictionaryAsync(s => s.Code, s => s.ProductId, StringComparer.Ordinal, ct);
        FieldsException.ThrowIfAny("planogram_invalid", FaultsIn(request, LayoutProducts.GoodsOf(machine, drivers, products), products, lying));

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.LockedMachineAsync(caller, id, ct); // its layouts are counted one after the other
        var present = await PresentLayout.LockAsync(db, machine, ct);
        var before = present.Slots.ToDictionary(StringComparer.Ordinal);
        var layout = new List<PlannedSlot>();
        foreach (var slot in wanted)
        {
            before.Remove(slot.Code!, out var known);
            var product = products[slot.Product!.Value];
            var row = new Slot
            {
                MachineId = machine.Id,
                Code = slot.Code!,
                OrganizationId = machine.OrganizationId,
                ProductId = product.Id,
                Price = slot.Price ?? product.Price,
                Capacity = slot.Capacity,
                ParLevel = slot.ParLevel,
                MinLevel = slot.MinLevel,
                Stock = slot.Stock ?? Math.Min(known?.Stock ?? 0, slot.Capacity ?? int.MaxValue),
                Reserved = known?.Reserved ?? 0,
            };
            if (known is null) db.Add(row);
            else if (known.Reserved > 0 && known.ProductId != row.ProductId) throw Promised(known);
            else db.Replace(known, row);
            layout.Add(new PlannedSlot(row.Code, product.Number, row.Price, row.Capacity, row.ParLevel, row.MinLevel));
        }

        if (before.Values.FirstOrDefault(s => s.Reserved > 0) is { } promised) throw Promised(promised);
        db.RemoveRange(before.Values);
        if (!Layout.AreSame(present.Layout, layout)) await WriteDownAsync(caller, machine, present.Layout, layout, ct);
        db.Note(machine.OrganizationId, "planogram.changed", "machine", machine.Id.Value);
        await db.SayAsync(new StockMove(MovementKind.Planogram, caller.PersonOf()?.ToString()), ct);
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        changes.Tell(machine.Id);
    }

    private Task<PlanogramVersion> WriteDownAsync(
        ClaimsPrincipal caller, Machine machine, IReadOnlyList<PlannedSlot> before, IReadOnlyList<PlannedSlot> layout, CancellationToken ct) =>
        VersionBook.AddAsync(db, before, new PlanogramVersion
        {
            MachineId = machine.Id,
            Number = 0,
            OrganizationId = machine.OrganizationId,
            Slots = StoredLayout.Write(layout),
            Origin = VersionOrigin.Written,
            PublishedBy = caller.ActorOf(),
            PublishedAt = clock.GetUtcNow(),
        }, ct);

    /// <summary>Sets the price of one slot.</summary>
    /// <exception cref="RuleException"><c>slot_unknown</c>.</exception>
    public async Task SetPriceAsync(Machine machine, string slot, long price, CancellationToken ct)
    {
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var found = await db.Set<Slot>()
            .FromSql($"select * from slots where machine_id = {machine.Id.Value} and code = {slot} for update").ToListAsync(ct);
        if (found is not [var known]) throw new RuleException("slot_unknown", $"{machine.Name} has no slot {slot}.");
        if (known.Price == price) return;
        db.Entry(known).Property(s => s.Price).CurrentValue = price; // and nothing else: sales move the stock
        db.Note(machine.OrganizationId, "slot.price_changed", "slot", $"{machine.Id}/{slot}");
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        changes.Tell(machine.Id);
    }

    internal static void Map(IEndpointRouteBuilder machines)
    {
        machines.MapPut("/{id}/slots", async (
            string id, PutPlanogramRequest request, PutPlanogram put, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            await put.RunAsync(caller, id, request, ct);
            return TypedResults.Ok(new { slots = await ViewAsync(db, await db.OwnMachineAsync(caller, id, ct), ct) });
        }).RequirePermission(Permission.CatalogWrite).WithName(nameof(PutPlanogram)).WithSummary("Set what lies in a machine's slots");
        machines.MapGet("/{id}/slots", async (string id, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(new { slots = await ViewAsync(db, await db.OwnMachineAsync(caller, id, ct), ct) }))
            .RequirePermission(Permission.CatalogRead).WithName("GetPlanogram").WithSummary("What lies in a machine's slots");
    }

    private static async Task<List<SlotView>> ViewAsync(AutomatDb db, Machine machine, CancellationToken ct)
    {
        var found = await (from slot in db.Set<Slot>().AsNoTracking()
                           join product in db.Set<Product>().AsNoTracking() on slot.ProductId equals product.Id
                           where slot.MachineId == machine.Id
                           orderby slot.Code
                           select new { slot, product.Number, product.Name, product.Measure }).ToListAsync(ct);
        return found.ConvertAll(f => new SlotView(
            f.slot.Code, f.Number, f.Name, f.slot.Price, f.slot.Capacity, f.slot.ParLevel, f.slot.Stock, f.slot.Reserved, f.slot.MinLevel)
        {
            Measure = Measures.Word(f.Measure),
        });
    }

    private Task<Dictionary<int, Product>> ProductsAsync(Machine machine, IReadOnlyList<SlotRequest> slots, CancellationToken ct)
    {
        var numbers = slots.Select(s => s?.Product ?? 0).Distinct().ToList();
        return db.Set<Product>().AsNoTracking().Where(p => p.OrganizationId == machine.OrganizationId && numbers.Contains(p.Number))
            .ToDictionaryAsync(p => p.Number, ct);
    }

    private static Dictionary<string, string> FaultsIn(
        PutPlanogramRequest request, LayoutGoods goods, Dictionary<int, Product> products, Dictionary<string, Id<Product>> lying)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request.Slots is not { Count: <= Layout.MostSlots } slots)
        {
            faults["slots"] = $"Needed: a list of up to {Layout.MostSlots} slots.";
            return faults;
        }

        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < slots.Count; i++)
        {
            var at = $"slots[{i}]";
            if (slots[i] is not { } slot)
            {
                faults[at] = "Needed: a slot.";
                continue;
            }

            if (!SlotCode.IsOne(slot.Code)) faults[at + ".code"] = "Needed: 1 to 16 letters, digits, hyphens or underscores.";
            else if (!seen.Add(slot.Code!)) faults[at + ".code"] = $"Slot {slot.Code} is listed twice.";

            if (slot.Product is not { } number || !products.TryGetValue(number, out var product)) faults[at + ".product"] = "There is no product of this number.";
            // What lies there already stays until it is sold; nobody fills anew what is out of the range.
            else if (product.ArchivedAt is not null && (slot.Code is null || !lying.TryGetValue(slot.Code, out var there) || there != product.Id))
                faults[at + ".product"] = "This product is out of the range.";
            else if (product.IsByWeight && !goods.AreWeighed)
                faults[at + ".product"] = "It is sold by weight: only a counter where people hand goods over can have it.";
            var most = LayoutRules.MostIn(goods.IsByWeight(slot.Product ?? 0));
            if (slot.Price is < 0 or > LayoutRules.HighestPrice) faults[at + ".price"] = $"A price is whole minor units, 0 to {LayoutRules.HighestPrice}.";
            if (slot.Capacity < 1 || slot.Capacity > most)
                faults[at + ".capacity"] = string.Create(CultureInfo.InvariantCulture, $"Between 1 and {most}, or absent.");
            if (slot.ParLevel < 0 || slot.ParLevel > (slot.Capacity ?? 0)) faults[at + ".par_level"] = "Between 0 and the capacity.";
            if (slot.MinLevel < 0 || slot.MinLevel > (slot.ParLevel ?? slot.Capacity ?? 0)) faults[at + ".min_level"] = "Between 0 and the par level.";
            if (slot.Stock < 0 || slot.Stock > (slot.Capacity ?? 0)) faults[at + ".stock"] = "Between 0 and the capacity.";
        }

        return faults;
    }

    private static RuleException Promised(Slot slot) =>
        new("slot_promised", $"{slot.Reserved} of slot {slot.Code} are promised to customers; wait until they are served.");
}
