using System.Globalization;

namespace Automat.Server.Panel;

/// <summary>
/// Times as the reader's clock shows them. The browser says its time zone in a cookie; until it has, or where it has no
/// scripts, times are UTC and say so.
/// </summary>
public static class ReaderTime
{
    /// <summary>The cookie, which the panel's script sets to an IANA name such as <c>Europe/Madrid</c>.</summary>
    public const string Cookie = "automat_zone";

    private const int LongestName = 64;

    /// <summary>The reader's time zone; null while it is not known.</summary>
    public static TimeZoneInfo? Zone(this HttpContext? reader) =>
        reader?.Request.Cookies[Cookie] is { Length: > 0 and <= LongestName } name
        && TimeZoneInfo.TryFindSystemTimeZoneById(Uri.UnescapeDataString(name), out var zone)
            ? zone
            : null;

    /// <summary>A moment in the reader's time zone and language.</summary>
    /// <param name="reader">Whose request.</param>
    /// <param name="at">The moment.</param>
    /// <param name="format">How the language writes it.</param>
    public static string Moment(this HttpContext? reader, DateTimeOffset at, string format) => reader.Zone() is { } zone
        ? TimeZoneInfo.ConvertTime(at, zone).ToString(format, CultureInfo.CurrentCulture)
        : at.ToUniversalTime().ToString(format, CultureInfo.CurrentCulture) + " UTC";

    /// <summary>
    /// A day in the reader's language, its month in letters: nobody is to take the tenth of December for the twelfth of October.
    /// </summary>
    public static string Written(this DateOnly day) => day.ToString(
        CultureInfo.CurrentCulture.TwoLetterISOLanguageName == "de" ? "d. MMM yyyy" : "d MMM yyyy", CultureInfo.CurrentCulture);

    /// <summary>When a day begins for the reader.</summary>
    public static DateTimeOffset StartOf(this HttpContext? reader, DateOnly day)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        var zone = reader.Zone() ?? TimeZoneInfo.Utc;
        // Where the clock is set forward at midnight, the day begins an hour later.
        while (zone.IsInvalidTime(midnight)) midnight = midnight.AddMinutes(30);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight));
    }
}
