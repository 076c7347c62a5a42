namespace Automat.Domain.Chips;

/// <summary>A time of the day, on some days of the week, in which a chip may buy.</summary>
/// <param name="Days">The days it begins on.</param>
/// <param name="From">Minutes after midnight, 0 to 1439.</param>
/// <param name="To">
/// Minutes after midnight, up to 1440 and not included. Not after <paramref name="From"/>: it ends on the next day.
/// </param>
public sealed record OpenHours(IReadOnlyList<DayOfWeek> Days, int From, int To)
{
    private const int Day = 24 * 60;

    /// <summary>Whether it is open when the clock on the wall says this.</summary>
    public bool Holds(DateTime local)
    {
        var minute = (local.Hour * 60) + local.Minute;
        if (To > From) return Days.Contains(local.DayOfWeek) && minute >= From && minute < To;
        return (Days.Contains(local.DayOfWeek) && minute >= From)
            || (Days.Contains(local.AddDays(-1).DayOfWeek) && minute < To);
    }

    /// <summary>Whether any of several is open at a moment.</summary>
    public static bool AnyHolds(IReadOnlyList<OpenHours> hours, DateTimeOffset moment, TimeZoneInfo zone)
    {
        var local = LocalTime.At(moment, zone);
        return hours.Any(h => h.Holds(local));
    }

    /// <summary>The first moment after this one at which any of several is open; null when none ever is.</summary>
    public static DateTimeOffset? NextOpening(IReadOnlyList<OpenHours> hours, DateTimeOffset after, TimeZoneInfo zone)
    {
        var today = LocalTime.DayAt(after, zone);
        DateTimeOffset? first = null;
        // Two weeks: what is open once a week may be lost where the clock jumps over it.
        for (var ahead = -1; ahead <= 15; ahead++)
        {
            var day = today.AddDays(ahead);
            foreach (var window in hours)
            {
                if (!window.Days.Contains(day.DayOfWeek)) continue;
                foreach (var moment in OpeningsOn(window, day, zone))
                {
                    if (moment > after && (first is null || moment < first) && AnyHolds(hours, moment, zone)) first = moment;
                }
            }
        }

        return first;
    }

    /// <summary>
    /// When it may open on a day: at its beginning, and where the clock is set back into it, at the moment that is done.
    /// </summary>
    private static IEnumerable<DateTimeOffset> OpeningsOn(OpenHours window, DateOnly day, TimeZoneInfo zone)
    {
        var begins = day.ToDateTime(TimeOnly.MinValue).AddMinutes(window.From);
        foreach (var moment in LocalTime.Moments(begins, zone)) yield return moment;
        var length = window.To > window.From ? window.To - window.From : window.To + Day - window.From;
        var previous = zone.GetUtcOffset(LocalTime.Moments(begins, zone)[0]);
        var start = LocalTime.Moments(begins, zone)[0];
        for (var minute = 15; minute <= length + 180; minute += 15)
        {
            var at = start.AddMinutes(minute);
            var offset = zone.GetUtcOffset(at);
            if (offset < previous) yield return at.AddMinutes(-(at.Minute % 15)); // set back on a quarter of an hour
            previous = offset;
        }
    }
}
