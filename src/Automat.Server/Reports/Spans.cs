namespace Automat.Server.Reports;

/// <summary>
/// Days that follow each other and are added up beforehand: weeks from Monday, and four of them. They are counted from the first
/// day of the calendar, a Monday, so that each day is in one of each length and the longer ones are made of whole shorter ones.
/// </summary>
internal static class Spans
{
    /// <summary>A week.</summary>
    public const int Week = 7;

    /// <summary>Four weeks.</summary>
    public const int FourWeeks = 28;

    /// <summary>The lengths there are, in days, the shortest first.</summary>
    public static IReadOnlyList<int> Lengths { get; } = [Week, FourWeeks];

    /// <summary>The first day of the span of a length a day is in.</summary>
    public static DateOnly StartOf(DateOnly day, int length) => day.AddDays(-(day.DayNumber % length));
}

/// <summary>
/// What a period is made of: days, weeks, four weeks, weeks and days again, each of which may be none. A part ends where the next
/// begins.
/// </summary>
/// <param name="From">The period's first day.</param>
/// <param name="Weeks">Where whole weeks begin.</param>
/// <param name="FourWeeks">Where whole four weeks begin.</param>
/// <param name="WeeksAgain">Where single weeks follow them.</param>
/// <param name="DaysAgain">Where the last days begin.</param>
/// <param name="Until">The day after the period's last.</param>
internal sealed record Parts(DateOnly From, DateOnly Weeks, DateOnly FourWeeks, DateOnly WeeksAgain, DateOnly DaysAgain, DateOnly Until)
{
    /// <summary>The parts of a period, as few as there can be.</summary>
    public static Parts Of(Period period)
    {
        var (from, until) = (period.From, period.To.AddDays(1));
        var (weeks, daysAgain) = Whole(from, until, Spans.Week);
        var (four, weeksAgain) = Whole(weeks, daysAgain, Spans.FourWeeks);
        return new Parts(from, weeks, four, weeksAgain, daysAgain, until);
    }

    /// <summary>The spans of a length that lie wholly between two days; the first day twice where there is none.</summary>
    private static (DateOnly From, DateOnly Until) Whole(DateOnly from, DateOnly until, int length)
    {
        var (first, end) = (Spans.StartOf(from.AddDays(length - 1), length), Spans.StartOf(until, length));
        return end > first ? (first, end) : (from, from);
    }
}
