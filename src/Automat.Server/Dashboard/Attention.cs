using Automat.Domain;
using Automat.Server.Panel;

namespace Automat.Server.Dashboard;

/// <summary>Something to see to, with what hangs on it.</summary>
/// <param name="Item">What.</param>
/// <param name="AtStake">Minor units.</param>
internal sealed record Weighed(AttentionItem Item, long AtStake);

/// <summary>Orders what waits by the money that hangs on it.</summary>
internal static class Attention
{
    private const double LongestCounted = 7 * 24; // hours: who left a machine alone for a week knows

    /// <summary>The dearest first; of equals the urgent, then the oldest.</summary>
    /// <param name="items">What waits.</param>
    /// <param name="usual">What machines usually sell in a day.</param>
    /// <param name="now">The moment at hand.</param>
    public static IReadOnlyList<Weighed> Order(IEnumerable<AttentionItem> items, DayFigures usual, DateTimeOffset now) =>
    [
        .. items.Select(item => new Weighed(item, AtStake(item, usual, now)))
            .OrderByDescending(one => one.AtStake).ThenByDescending(one => one.Item.IsUrgent)
            .ThenBy(one => one.Item.Since ?? now).ThenBy(one => one.Item.Address, StringComparer.Ordinal),
    ];

    /// <summary>Known money, and the sales a machine has missed since; at least those of one hour.</summary>
    public static long AtStake(AttentionItem item, DayFigures usual, DateTimeOffset now)
    {
        if (item.Machine is null || item.Lost <= 0) return item.Money;
        var aDay = MachineId.TryParse(item.Machine, out var machine) ? usual.Machines.GetValueOrDefault(machine) : 0;
        var hours = Math.Clamp((now - (item.Since ?? now)).TotalHours, 1, LongestCounted);
        return item.Money + (long)Math.Round(aDay / 24 * hours * Math.Min(item.Lost, 1));
    }
}
