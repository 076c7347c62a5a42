using System.Globalization;
using Automat.Domain;
using Automat.Server.Temperatures;

namespace Automat.Server.Tests.Temperatures;

/// <summary>How a day of temperatures is drawn.</summary>
public sealed class TemperatureChartTests
{
    private static readonly DateTimeOffset Day = new(2026, 11, 29, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_log_that_has_just_begun_is_a_line_and_not_a_dot()
    {
        var minutes = Enumerable.Range(0, 6).Select(n => At(Day.AddHours(14).AddMinutes(10 + n), 400 + n)).ToList();

        var (from, to) = TemperatureChart.SpanOf(minutes, Day, Day.AddDays(1));
        var path = TemperatureChart.PathOf(minutes, from, to)!;

        Assert.Equal((Day.AddHours(14), Day.AddHours(15)), (from, to));
        var ends = path.Split('M', 'L').Skip(1).Select(p => double.Parse(p.Split(' ')[0], CultureInfo.InvariantCulture)).ToList();
        Assert.InRange(ends[^1] - ends[0], 50, 720);
    }

    [Fact]
    public void A_whole_day_is_shown_whole()
    {
        var minutes = new[] { At(Day, 400), At(Day.AddHours(23).AddMinutes(59), 500) };

        Assert.Equal((Day, Day.AddDays(1)), TemperatureChart.SpanOf(minutes, Day, Day.AddDays(1)));
    }

    private static TemperatureMinute At(DateTimeOffset minute, int mean) => new()
    {
        OrganizationId = default,
        MachineId = MachineId.Parse("fridge-1"),
        Sensor = "a",
        Minute = minute,
        Lowest = mean,
        Sum = mean,
        Highest = mean,
        Readings = 1,
    };
}
