namespace Automat.Domain.Meters;

/// <summary>What a slot sold between two reads, as the machine counts.</summary>
/// <param name="Slot">The slot's code; empty where the machine does not say which.</param>
/// <param name="Count">Pieces.</param>
/// <param name="Value">Minor units of all of them.</param>
public readonly record struct SlotSales(string Slot, long Count, long Value);

/// <summary>A sale the books already have.</summary>
/// <param name="Reference">Its name in the books.</param>
/// <param name="Slot">The slot's code; empty where nobody said which.</param>
/// <param name="Count">Pieces.</param>
/// <param name="Value">Minor units of all of them.</param>
public sealed record BookedSale(string Reference, string Slot, long Count, long Value);

/// <summary>What came of holding the books against the machine's counters.</summary>
/// <param name="Both">Sales that both know.</param>
/// <param name="OnlyBooks">Sales the books have and the machine denies, so far.</param>
/// <param name="OnlyMachine">Sales the machine counted and the books lack.</param>
public sealed record SalesMatching(
    IReadOnlyList<BookedSale> Both, IReadOnlyList<BookedSale> OnlyBooks, IReadOnlyList<SlotSales> OnlyMachine);

/// <summary>Finds out which sales the books and a machine's counters both know. Pure, and blind to the order of sales at one moment.</summary>
public static class SalesMatch
{
    /// <summary>
    /// Takes the booked sales oldest first and finds each in the counters: in its own slot, or, where one of the two does not
    /// say which slot, by its amount. A sale is found whole or not at all.
    /// </summary>
    /// <param name="counted">What the machine counted, a slot at most once.</param>
    /// <param name="booked">What the books have, oldest first.</param>
    public static SalesMatching Of(IReadOnlyList<SlotSales> counted, IReadOnlyList<BookedSale> booked)
    {
        var left = new SortedDictionary<string, (long Count, long Value)>(StringComparer.Ordinal);
        foreach (var slot in counted)
        {
            var (count, value) = left.GetValueOrDefault(slot.Slot);
            left[slot.Slot] = (count + slot.Count, value + slot.Value);
        }

        List<BookedSale> both = [], only = [], unplaced = [];
        foreach (var sale in booked) (TryTake(sale.Slot, sale) ? both : unplaced).Add(sale);
        foreach (var sale in unplaced)
        {
            // The counters of an unknown slot can hold any sale, and a sale of an unknown slot can be in any of them.
            var found = sale.Slot.Length > 0
                ? TryTake("", sale)
                : left.Keys.Where(slot => Costs(slot, sale)).ToList().Exists(slot => TryTake(slot, sale)) || TryTake("", sale);
            (found ? both : only).Add(sale);
        }

        return new SalesMatching(
            both, only,
            [.. left.Where(s => s.Value.Count > 0 || s.Value.Value > 0).Select(s => new SlotSales(s.Key, s.Value.Count, s.Value.Value))]);

        bool Costs(string slot, BookedSale sale) => left[slot] is var (count, value) && (Int128)value * sale.Count == (Int128)sale.Value * count;

        bool TryTake(string slot, BookedSale sale)
        {
            if (!left.TryGetValue(slot, out var there) || there.Value < sale.Value) return false;
            // What the machine does not count by pieces is found by its amount alone.
            if (there.Count < sale.Count && !(slot.Length == 0 && there.Count == 0)) return false;
            left[slot] = (Math.Max(there.Count - sale.Count, 0), there.Value - sale.Value);
            return true;
        }
    }

    /// <summary>
    /// Spreads what a machine took in cash over its slots. The machine's sum rules: what its slots do not account for is of an
    /// unknown slot, and slots that say more than the sum are not believed.
    /// </summary>
    /// <param name="sum">All cash sales between two reads.</param>
    /// <param name="slots">The same by slot, as far as the machine tells.</param>
    /// <param name="disagrees">The slots said more than the sum.</param>
    public static IReadOnlyList<SlotSales> Spread(SlotSales sum, IReadOnlyList<SlotSales> slots, out bool disagrees)
    {
        var (count, value) = (sum.Count - slots.Sum(s => s.Count), sum.Value - slots.Sum(s => s.Value));
        disagrees = value < 0;
        if (disagrees) return sum.Value > 0 ? [sum with { Slot = "" }] : [];
        var told = slots.Where(s => s.Value > 0).ToList();
        return value == 0 ? told : [.. told, new SlotSales("", Math.Max(count, 0), value)];
    }
}
