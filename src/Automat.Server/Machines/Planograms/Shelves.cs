using Automat.Domain.Planograms;

namespace Automat.Server.Machines.Planograms;

/// <summary>Where the slots of a layout are, as far as their codes tell: shelf by shelf, gaps included.</summary>
internal static class Shelves
{
    private const int MostPlaces = 20;
    private const int MostRoom = 200;

    /// <summary>One place; a slot, or room for one.</summary>
    public sealed record Place(string Code, PlannedSlot? Slot);

    /// <summary>A shelf; its name is null where codes name no place.</summary>
    public sealed record Row(string? Name, IReadOnlyList<Place> Places);

    /// <summary>The shelves from top to bottom, at last what lies on none.</summary>
    /// <param name="slots">The layout.</param>
    /// <param name="withRoom">Also gaps, a place at the end of each shelf, and a shelf below the last.</param>
    public static IReadOnlyList<Row> Of(IReadOnlyList<PlannedSlot> slots, bool withRoom)
    {
        var placed = slots.Select(s => (Slot: s, At: SlotCode.PlaceOf(s.Code))).ToList();
        var rows = placed.Where(s => s.At is not null).GroupBy(s => s.At!.Value.Shelf, StringComparer.Ordinal)
            .OrderBy(shelf => shelf.Key, SlotCode.Order).Select(shelf => RowOf(shelf.Key, [.. shelf.Select(s => s.Slot)])).ToList();
        if (withRoom && Next(rows) is { } next) rows.Add(RowOf(next, []));
        var others = placed.Where(s => s.At is null).Select(s => new Place(s.Slot.Code, s.Slot)).ToList();
        if (others.Count > 0) rows.Add(new Row(null, others));
        return rows;

        Row RowOf(string shelf, IReadOnlyList<PlannedSlot> on)
        {
            if (!withRoom || slots.Count > MostRoom) return new Row(shelf, [.. on.Select(s => new Place(s.Code, s))]);
            // Numbered from 1, or from 0 where somebody did; one place more than the last, four on a new shelf.
            var numbers = on.Select(s => SlotCode.PlaceOf(s.Code)!.Value.Place).ToList();
            var from = numbers.Contains(0) ? 0 : 1;
            var isNumber = char.IsAsciiDigit(shelf[0]);
            var to = Math.Min(numbers.Count == 0 ? 4 : Math.Max(numbers.Max() + 1, 4), isNumber ? 9 : MostPlaces);
            var codes = Enumerable.Range(from, Math.Max(to - from + 1, 0)).Select(place => $"{shelf}{place}");
            return new Row(shelf, [.. codes.Union(on.Select(s => s.Code), StringComparer.Ordinal).Order(SlotCode.Order)
                .Select(code => new Place(code, on.FirstOrDefault(s => s.Code == code)))]);
        }
    }

    /// <summary>The shelf below the last one; null where its name has no next.</summary>
    private static string? Next(List<Row> rows)
    {
        if (rows.Count == 0) return "A";
        var last = rows[^1].Name!;
        if (last.Length == 1 && last[0] is (>= 'A' and < 'Z') or (>= 'a' and < 'z')) return ((char)(last[0] + 1)).ToString();
        var invariant = System.Globalization.CultureInfo.InvariantCulture;
        return int.TryParse(last, System.Globalization.NumberStyles.None, invariant, out var number) && number < 99
            ? (number + 1).ToString(invariant)
            : null;
    }
}
