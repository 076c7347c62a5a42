namespace Automat.Domain.Planograms;

/// <summary>What can be wrong about a slot of a layout.</summary>
public enum LayoutFaultKind
{
    /// <summary>It is called what no slot may be called.</summary>
    CodeInvalid,

    /// <summary>Another slot has its code.</summary>
    CodeTwice,

    /// <summary>There are more slots than a machine may have.</summary>
    TooManySlots,

    /// <summary>There is no product of its number.</summary>
    ProductUnknown,

    /// <summary>Its price is below nothing or absurd.</summary>
    PriceOutOfRange,

    /// <summary>No or too many pieces are to fit.</summary>
    CapacityOutOfRange,

    /// <summary>More lie there than are to fit.</summary>
    CapacityBelowStock,

    /// <summary>More are meant to be there than fit.</summary>
    ParAboveCapacity,

    /// <summary>The least is more than what is meant to be there.</summary>
    MinimumAbovePar,

    /// <summary>Customers wait for what lies there: it can neither go nor become something else.</summary>
    Promised,

    /// <summary>It is sold by weight, and nobody weighs anything at this machine.</summary>
    NeedsWeighing,
}

/// <summary>Something that is wrong about a slot.</summary>
/// <param name="Code">The slot's code.</param>
/// <param name="Kind">What is wrong.</param>
/// <param name="Number">The number that belongs to it, such as how many are promised; null where none does.</param>
public sealed record LayoutFault(string Code, LayoutFaultKind Kind, long? Number = null)
{
    /// <summary>Whether the number is grams.</summary>
    public bool IsByWeight { get; init; }
}

/// <summary>What a layout must be before a machine can have it.</summary>
public static class LayoutRules
{
    /// <summary>The highest price of one piece in minor units.</summary>
    public const long HighestPrice = 100_000_000;

    /// <summary>Pieces a slot has room for at most.</summary>
    public const int MostPieces = 100_000;

    /// <summary>Grams a place for goods by weight has room for at most.</summary>
    public const int MostGrams = 10_000_000;

    /// <summary>What a slot has room for at most, in what its product is counted in.</summary>
    public static int MostIn(bool byWeight) => byWeight ? MostGrams : MostPieces;

    /// <summary>All that is wrong with a layout; empty when a machine can have it.</summary>
    /// <param name="slots">The layout.</param>
    /// <param name="products">The products there are.</param>
    /// <param name="now">What the machine's slots hold.</param>
    public static IReadOnlyList<LayoutFault> FaultsIn(
        IReadOnlyList<PlannedSlot> slots, LayoutGoods products, IReadOnlyDictionary<string, SlotFill> now)
    {
        var faults = new List<LayoutFault>();
        if (slots.Count > Layout.MostSlots) faults.Add(new LayoutFault("", LayoutFaultKind.TooManySlots, Layout.MostSlots));
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var slot in slots)
        {
            if (!seen.Add(slot.Code)) faults.Add(new LayoutFault(slot.Code, LayoutFaultKind.CodeTwice));
            faults.AddRange(FaultsIn(slot, products, now.TryGetValue(slot.Code, out var fill) ? fill : null));
        }

        foreach (var (code, fill) in now.OrderBy(one => one.Key, SlotCode.Order))
        {
            if (fill.Reserved > 0 && !seen.Contains(code))
            {
                faults.Add(new LayoutFault(code, LayoutFaultKind.Promised, fill.Reserved) { IsByWeight = products.IsByWeight(fill.Product) });
            }
        }

        return faults;
    }

    /// <summary>All that is wrong with one slot of a layout.</summary>
    /// <param name="slot">The slot.</param>
    /// <param name="products">The products there are.</param>
    /// <param name="fill">What it holds now; null when the machine has no such slot yet.</param>
    public static IReadOnlyList<LayoutFault> FaultsIn(PlannedSlot slot, LayoutGoods products, SlotFill? fill)
    {
        var faults = new List<LayoutFault>();
        var most = MostIn(products.IsByWeight(slot.Product));
        if (!SlotCode.IsOne(slot.Code)) Add(LayoutFaultKind.CodeInvalid);
        if (!products.Contains(slot.Product)) Add(LayoutFaultKind.ProductUnknown);
        else if (products.IsByWeight(slot.Product) && !products.AreWeighed) Add(LayoutFaultKind.NeedsWeighing);
        if (slot.Price is < 0 or > HighestPrice) Add(LayoutFaultKind.PriceOutOfRange);
        if (slot.Capacity < 1 || slot.Capacity > most) Add(LayoutFaultKind.CapacityOutOfRange, most);
        // What lies there goes when something else is to lie there.
        else if (fill is { } here && here.Product == slot.Product && slot.Capacity < here.Stock) Add(LayoutFaultKind.CapacityBelowStock, here.Stock);
        if (slot.ParLevel < 0 || slot.ParLevel > (slot.Capacity ?? 0)) Add(LayoutFaultKind.ParAboveCapacity);
        if (slot.MinLevel < 0 || slot.MinLevel > (slot.ParLevel ?? slot.Capacity ?? 0)) Add(LayoutFaultKind.MinimumAbovePar);
        if (fill is { Reserved: > 0 } promised && promised.Product != slot.Product) Add(LayoutFaultKind.Promised, promised.Reserved);
        return faults;

        void Add(LayoutFaultKind kind, long? number = null) => faults.Add(
            new LayoutFault(slot.Code, kind, number) { IsByWeight = number is not null && products.IsByWeight(slot.Product) });
    }
}
