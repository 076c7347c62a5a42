using System.Globalization;
using Automat.Domain;
using Automat.Domain.Planograms;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Planograms;

/// <summary>What a machine's slots are right now: the layout they make, and what they hold.</summary>
/// <param name="Slots">Their rows by code.</param>
/// <param name="Products">The products that lie there.</param>
internal sealed record PresentLayout(IReadOnlyDictionary<string, Slot> Slots, IReadOnlyDictionary<Id<Product>, Product> Products)
{
    /// <summary>As a layout.</summary>
    public IReadOnlyList<PlannedSlot> Layout { get; } = Domain.Planograms.Layout.Sorted(Slots.Values.Select(s => new PlannedSlot(
        s.Code, Products[s.ProductId].Number, s.Price, s.Capacity, s.ParLevel, s.MinLevel)));

    /// <summary>What the slots hold.</summary>
    public IReadOnlyDictionary<string, SlotFill> Fills { get; } = Slots.Values.ToDictionary(
        s => s.Code, s => new SlotFill(Products[s.ProductId].Number, s.Stock, s.Reserved), StringComparer.Ordinal);

    /// <summary>Looks at a machine's slots.</summary>
    public static async Task<PresentLayout> ReadAsync(AutomatDb db, Machine machine, CancellationToken ct) =>
        await WithProductsAsync(db, await db.Set<Slot>().AsNoTracking().Where(s => s.MachineId == machine.Id).ToListAsync(ct), ct);

    /// <summary>The same, locked until the caller's transaction ends, in the order the journal locks them too.</summary>
    public static async Task<PresentLayout> LockAsync(AutomatDb db, Machine machine, CancellationToken ct) =>
        await WithProductsAsync(
            db,
            await db.Set<Slot>().FromSql($"select * from slots where machine_id = {machine.Id.Value} order by code for update")
                .AsNoTracking().ToListAsync(ct), ct);

    /// <summary>
    /// Makes the slots what a layout says; saved with the caller's own save. A slot that is to hold something else counts as
    /// empty until somebody says what was put in: what is not there must not be sold.
    /// </summary>
    public void Become(AutomatDb db, Machine machine, IReadOnlyList<PlannedSlot> layout, IReadOnlyDictionary<int, Product> products)
    {
        var leaving = Slots.ToDictionary(StringComparer.Ordinal);
        foreach (var planned in layout)
        {
            var product = products[planned.Product];
            leaving.Remove(planned.Code, out var known);
            var row = new Slot
            {
                MachineId = machine.Id,
                Code = planned.Code,
                OrganizationId = machine.OrganizationId,
                ProductId = product.Id,
                Price = planned.Price,
                Capacity = planned.Capacity,
                ParLevel = planned.ParLevel,
                MinLevel = planned.MinLevel,
                Stock = known?.ProductId == product.Id && planned.Capacity is not null ? known.Stock : 0,
                Reserved = known?.Reserved ?? 0,
            };
            if (known is null) db.Add(row);
            else if (known != row) db.Replace(known, row);
        }

        db.RemoveRange(leaving.Values);
    }

    private static async Task<PresentLayout> WithProductsAsync(AutomatDb db, List<Slot> slots, CancellationToken ct)
    {
        var ids = slots.Select(s => s.ProductId).Distinct().ToList();
        var products = await db.Set<Product>().AsNoTracking().Where(p => ids.Contains(p.Id)).ToDictionaryAsync(p => p.Id, ct);
        return new PresentLayout(slots.ToDictionary(s => s.Code, StringComparer.Ordinal), products);
    }
}

/// <summary>The products of a layout, and what is wrong with it, as programs are told.</summary>
internal static class LayoutProducts
{
    /// <summary>An organisation's products by number, of those a layout names.</summary>
    public static Task<Dictionary<int, Product>> OfAsync(
        AutomatDb db, Machine machine, IReadOnlyList<PlannedSlot> layout, CancellationToken ct)
    {
        var numbers = layout.Select(s => s.Product).Distinct().ToList();
        return db.Set<Product>().AsNoTracking().Where(p => p.OrganizationId == machine.OrganizationId && numbers.Contains(p.Number))
            .ToDictionaryAsync(p => p.Number, ct);
    }

    /// <summary>The same, as a layout's rules want them.</summary>
    public static LayoutGoods GoodsOf(Machine machine, DriverRegistry drivers, IReadOnlyDictionary<int, Product> products) => new(
        products.ToDictionary(p => p.Key, p => p.Value.Measure), drivers.Of(machine)?.WeighsGoods is true);

    /// <summary>Faults by the field they are about.</summary>
    public static Dictionary<string, string> Sentences(IEnumerable<LayoutFault> faults) => faults
        .GroupBy(f => f.Code.Length > 0 ? $"slots.{f.Code}.{FieldOf(f.Kind)}" : "slots", StringComparer.Ordinal)
        .ToDictionary(field => field.Key, field => SentenceOf(field.First()), StringComparer.Ordinal);

    private static string FieldOf(LayoutFaultKind kind) => kind switch
    {
        LayoutFaultKind.CodeInvalid or LayoutFaultKind.CodeTwice => "code",
        LayoutFaultKind.ProductUnknown or LayoutFaultKind.Promised or LayoutFaultKind.NeedsWeighing => "product",
        LayoutFaultKind.PriceOutOfRange => "price",
        LayoutFaultKind.CapacityOutOfRange or LayoutFaultKind.CapacityBelowStock => "capacity",
        LayoutFaultKind.ParAboveCapacity => "par_level",
        LayoutFaultKind.MinimumAbovePar => "min_level",
        LayoutFaultKind.TooManySlots => "code",
    };

    private static string SentenceOf(LayoutFault fault) => fault.Kind switch
    {
        LayoutFaultKind.CodeInvalid => "Needed: 1 to 16 letters, digits, hyphens or underscores.",
        LayoutFaultKind.CodeTwice => $"Slot {fault.Code} is listed twice.",
        LayoutFaultKind.TooManySlots => $"A machine has at most {fault.Number} slots.",
        LayoutFaultKind.ProductUnknown => "There is no product of this number.",
        LayoutFaultKind.PriceOutOfRange => $"A price is whole minor units, 0 to {LayoutRules.HighestPrice}.",
        LayoutFaultKind.CapacityOutOfRange => string.Create(CultureInfo.InvariantCulture, $"Between 1 and {fault.Number}, or absent."),
        LayoutFaultKind.CapacityBelowStock => string.Create(CultureInfo.InvariantCulture, $"{fault.Number} pieces lie there."),
        LayoutFaultKind.ParAboveCapacity => "Between 0 and the capacity.",
        LayoutFaultKind.MinimumAbovePar => "Between 0 and the par level.",
        LayoutFaultKind.NeedsWeighing => "It is sold by weight: only a counter where people hand goods over can have it.",
        LayoutFaultKind.Promised => string.Create(CultureInfo.InvariantCulture, $"{fault.Number} pieces are promised to customers."),
    };
}
