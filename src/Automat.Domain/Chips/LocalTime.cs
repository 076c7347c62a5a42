namespace Automat.Domain.Chips;

/// <summary>
/// What a clock on the wall says, and when it says it. In spring some times of the day do not exist, in autumn some come
/// twice; in some zones that is midnight.
/// </summary>
public static class LocalTime
{
    private const int LongestGap = 24 * 60; // minutes: a zone may leave out a whole day, as Samoa did

    /// <summary>What the clock on the wall says at a moment.</summary>
    public static DateTime At(DateTimeOffset moment, TimeZoneInfo zone) =>
        DateTime.SpecifyKind(TimeZoneInfo.ConvertTime(moment, zone).DateTime, DateTimeKind.Unspecified);

    /// <summary>The day it is at a moment.</summary>
    public static DateOnly DayAt(DateTimeOffset moment, TimeZoneInfo zone) => DateOnly.FromDateTime(At(moment, zone));

    /// <summary>The first moment of a day.</summary>
    public static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone) => Moments(day.ToDateTime(TimeOnly.MinValue), zone)[0];

    /// <summary>The Monday of the week a day lies in.</summary>
    public static DateOnly MondayOf(DateOnly day) => day.AddDays(-(((int)day.DayOfWeek + 6) % 7));

    /// <summary>
    /// When the clock on the wall says this: once, twice in the hour that comes twice, and for a time that is left out the
    /// moment the clock jumps over it. Earliest first.
    /// </summary>
    public static IReadOnlyList<DateTimeOffset> Moments(DateTime local, TimeZoneInfo zone)
    {
        var shown = DateTime.SpecifyKind(local, DateTimeKind.Unspecified);
        for (var minute = 0; zone.IsInvalidTime(shown) && minute < LongestGap; minute++) shown = shown.AddMinutes(1);
        if (!zone.IsAmbiguousTime(shown)) return [new DateTimeOffset(shown, zone.GetUtcOffset(shown)).ToUniversalTime()];
        return
        [
            .. zone.GetAmbiguousTimeOffsets(shown).OrderDescending()
                .Select(offset => new DateTimeOffset(shown, offset).ToUniversalTime()),
        ];
    }
}
