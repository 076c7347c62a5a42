namespace Automat.Domain.Prices;

/// <summary>A price list with what it asks, by product.</summary>
/// <param name="List">When and where it holds.</param>
/// <param name="Prices">Minor units by product.</param>
public sealed record PricedList(PriceList List, IReadOnlyDictionary<Guid, long> Prices);

/// <summary>
/// What a product costs in a slot of a machine at a moment: what the closest price list that holds says of it, else what the
/// slot asks. A machine's own list comes before its group's, and that before one for all; of two as close, the later made.
/// </summary>
public static class PriceRules
{
    /// <summary>The price.</summary>
    /// <param name="product">The product.</param>
    /// <param name="slotPrice">What the slot asks while no list says anything else.</param>
    /// <param name="lists">The lists there are, in any order.</param>
    /// <param name="machine">The machine.</param>
    /// <param name="group">The group staff count it to.</param>
    /// <param name="clock">What the clock at the machine shows.</param>
    public static long PriceOf(
        Guid product, long slotPrice, IEnumerable<PricedList> lists, MachineId machine, string? group, DateTime clock)
    {
        PricedList? closest = null;
        foreach (var one in lists)
        {
            if (!one.Prices.ContainsKey(product) || !Reaches(one.List, machine, group) || !Holds(one.List, clock)) continue;
            if (closest is null || IsBefore(one.List, closest.List)) closest = one;
        }

        return closest?.Prices[product] ?? slotPrice;
    }

    /// <summary>Whether a list is for this machine.</summary>
    public static bool Reaches(PriceList list, MachineId machine, string? group) => list switch
    {
        { MachineId: { } only } => only == machine,
        { Group: { } some } => some == group,
        _ => true,
    };

    /// <summary>Whether a list holds now, by the clock at the machine.</summary>
    public static bool Holds(PriceList list, DateTime clock)
    {
        if (list.Paused) return false;
        var (day, time) = (DateOnly.FromDateTime(clock), TimeOnly.FromDateTime(clock));
        if (list is not { StartsAt: { } start, EndsAt: { } end }) return Begins(list, day);
        if (start < end) return time >= start && time < end && Begins(list, day);
        // Past midnight it is still the evening it began on.
        return (time >= start && Begins(list, day)) || (time < end && day > DateOnly.MinValue && Begins(list, day.AddDays(-1)));
    }

    private static bool Begins(PriceList list, DateOnly day) =>
        !(list.ValidFrom > day) && !(list.ValidUntil < day) && (list.Days & (1 << (((int)day.DayOfWeek + 6) % 7))) != 0;

    private static bool IsBefore(PriceList one, PriceList other)
    {
        var (near, far) = (Closeness(one), Closeness(other));
        if (near != far) return near > far;
        return one.CreatedAt != other.CreatedAt ? one.CreatedAt > other.CreatedAt : one.Id.Value.CompareTo(other.Id.Value) > 0;
    }

    private static int Closeness(PriceList list) => list.MachineId is not null ? 2 : list.Group is not null ? 1 : 0;
}
