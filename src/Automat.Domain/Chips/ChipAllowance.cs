using System.Globalization;

namespace Automat.Domain.Chips;

/// <summary>How an allowance is given.</summary>
public enum AllowanceKind
{
    /// <summary>So much is added, whatever is there.</summary>
    Add,

    /// <summary>The credit is filled up to so much.</summary>
    Fill,
}

/// <summary>How often an allowance is given.</summary>
public enum AllowancePeriod
{
    /// <summary>From Monday to Sunday.</summary>
    Week,

    /// <summary>A calendar month.</summary>
    Month,
}

/// <summary>What a chip is given each period, such as a monthly subsidy.</summary>
/// <param name="Kind">Added, or filled up to.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="Period">How often.</param>
/// <param name="Expires">Whether what is left of it goes when the period ends.</param>
public sealed record ChipAllowance(AllowanceKind Kind, long Amount, AllowancePeriod Period, bool Expires)
{
    /// <summary>What is added to a balance; 0 for nothing.</summary>
    public long AddTo(long balance) => Kind switch
    {
        AllowanceKind.Add => Amount,
        AllowanceKind.Fill => Math.Max(0, Amount - balance),
    };

    /// <summary>The period a moment lies in, by a name that comes once: <c>2026-11</c>, <c>2026-W48</c>.</summary>
    public string PeriodAt(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var day = LocalTime.DayAt(moment, zone);
        return Period switch
        {
            AllowancePeriod.Week => string.Create(
                CultureInfo.InvariantCulture,
                $"{ISOWeek.GetYear(day):D4}-W{ISOWeek.GetWeekOfYear(day):D2}"),
            AllowancePeriod.Month => day.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        };
    }

    /// <summary>When the period a moment lies in ends.</summary>
    public DateTimeOffset EndOfPeriodAt(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var day = LocalTime.DayAt(moment, zone);
        return LocalTime.StartOf(
            Period switch
            {
                AllowancePeriod.Week => LocalTime.MondayOf(day).AddDays(7),
                AllowancePeriod.Month => new DateOnly(day.Year, day.Month, 1).AddMonths(1),
            }, zone);
    }
}
