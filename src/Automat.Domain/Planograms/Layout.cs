namespace Automat.Domain.Planograms;

/// <summary>How layouts of a machine are changed, compared and laid over each other. Pure: what is given stays as it is.</summary>
public static class Layout
{
    /// <summary>Slots a machine has at most.</summary>
    public const int MostSlots = 500;

    /// <summary>A new slot has room for so many until somebody says otherwise.</summary>
    public const int UsualCapacity = 12;

    /// <summary>A new place for goods by weight has room for so many grams.</summary>
    public const int UsualGrams = 10_000;

    /// <summary>In the order people read them.</summary>
    public static IReadOnlyList<PlannedSlot> Sorted(IEnumerable<PlannedSlot> slots) => [.. slots.OrderBy(s => s.Code, SlotCode.Order)];

    /// <summary>Whether two layouts say the same.</summary>
    public static bool AreSame(IReadOnlyList<PlannedSlot> one, IReadOnlyList<PlannedSlot> other) => Difference(one, other).Count == 0;

    /// <summary>What is different, slot by slot.</summary>
    public static IReadOnlyList<SlotDifference> Difference(IReadOnlyList<PlannedSlot> before, IReadOnlyList<PlannedSlot> after)
    {
        var (had, has) = (ByCode(before), ByCode(after));
        return
        [
            .. had.Keys.Union(has.Keys, StringComparer.Ordinal).Order(SlotCode.Order)
                .Select(code => new SlotDifference(code, had.GetValueOrDefault(code), has.GetValueOrDefault(code)))
                .Where(slot => slot.Before != slot.After),
        ];
    }

    /// <summary>
    /// Lays what was changed in one layout over what became of the original meanwhile: slots nobody touched here follow the
    /// others, slots that were touched here stay as they were made here.
    /// </summary>
    /// <param name="original">What both began with.</param>
    /// <param name="mine">What was made of it here.</param>
    /// <param name="theirs">What became of it elsewhere.</param>
    public static IReadOnlyList<PlannedSlot> Over(
        IReadOnlyList<PlannedSlot> original, IReadOnlyList<PlannedSlot> mine, IReadOnlyList<PlannedSlot> theirs)
    {
        var result = ByCode(theirs);
        foreach (var touched in Difference(original, mine))
        {
            if (touched.After is { } kept) result[touched.Code] = kept;
            else result.Remove(touched.Code);
        }

        return Sorted(result.Values);
    }

    /// <summary>Puts a product into a slot, at its usual price; a slot that is not there yet is made.</summary>
    /// <param name="slots">The layout.</param>
    /// <param name="code">The slot.</param>
    /// <param name="product">The product's number.</param>
    /// <param name="price">Its usual price.</param>
    /// <param name="room">What fits into a slot that is made by this.</param>
    public static IReadOnlyList<PlannedSlot> Place(
        IReadOnlyList<PlannedSlot> slots, string code, int product, long price, int room = UsualCapacity)
    {
        var there = ByCode(slots);
        var slot = there.GetValueOrDefault(code);
        if (slot?.Product == product) return slots;
        there[code] = slot is null
            ? new PlannedSlot(code, product, price, room, room, (room + 2) / 3)
            : slot with { Product = product, Price = price };
        return Sorted(there.Values);
    }

    /// <summary>
    /// What lies in one slot goes to another, and what lay there comes here. Room and levels belong to the slots and stay; a
    /// slot that is made by this takes those of the one that is left, which goes.
    /// </summary>
    /// <exception cref="RuleException"><c>slot_unknown</c> when nothing lies there.</exception>
    public static IReadOnlyList<PlannedSlot> Move(IReadOnlyList<PlannedSlot> slots, string from, string to)
    {
        var there = ByCode(slots);
        if (!there.TryGetValue(from, out var source)) throw Unknown(from);
        if (from == to) return slots;
        if (there.TryGetValue(to, out var target))
        {
            there[to] = target with { Product = source.Product, Price = source.Price };
            there[from] = source with { Product = target.Product, Price = target.Price };
        }
        else
        {
            there.Remove(from);
            there[to] = source with { Code = to };
        }

        return Sorted(there.Values);
    }

    /// <summary>Takes slots out; those that are not there are no matter.</summary>
    public static IReadOnlyList<PlannedSlot> Remove(IReadOnlyList<PlannedSlot> slots, IReadOnlyCollection<string> codes) =>
        [.. slots.Where(s => !codes.Contains(s.Code))];

    /// <summary>Changes the same about several slots.</summary>
    /// <exception cref="RuleException"><c>slot_unknown</c> when there is no such slot.</exception>
    public static IReadOnlyList<PlannedSlot> Change(
        IReadOnlyList<PlannedSlot> slots, IReadOnlyCollection<string> codes, Func<PlannedSlot, PlannedSlot> change)
    {
        if (codes.FirstOrDefault(code => slots.All(s => s.Code != code)) is { } missing) throw Unknown(missing);
        return [.. slots.Select(s => codes.Contains(s.Code) ? change(s) : s)];
    }

    private static Dictionary<string, PlannedSlot> ByCode(IReadOnlyList<PlannedSlot> slots) =>
        slots.ToDictionary(s => s.Code, StringComparer.Ordinal);

    private static RuleException Unknown(string code) => new("slot_unknown", $"There is no slot {code} in this layout.");
}
