using System.Globalization;
using Automat.Domain.Chips;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests.Chips;

/// <summary>Midnight at the machine, also where the clock jumps.</summary>
public sealed class LocalTimeTests
{
    private static readonly string[] Zones =
        ["Europe/Berlin", "America/New_York", "America/Sao_Paulo", "America/Havana", "Asia/Beirut", "Pacific/Apia", "Australia/Lord_Howe", "UTC"];

    [Theory]
    [Trait("Accepts", "S2-02")]
    [InlineData("2026-03-29", "Europe/Berlin", "2026-03-28T23:00:00Z")] // clocks go forward at 02:00
    [InlineData("2026-03-30", "Europe/Berlin", "2026-03-29T22:00:00Z")]
    [InlineData("2026-10-25", "Europe/Berlin", "2026-10-24T22:00:00Z")] // and back at 03:00
    [InlineData("2026-10-26", "Europe/Berlin", "2026-10-25T23:00:00Z")]
    [InlineData("2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z")] // there was no midnight: it became one o'clock
    [InlineData("2025-11-02", "America/Havana", "2025-11-02T04:00:00Z")] // midnight came twice: the first one counts
    public void A_day_begins_at_the_first_moment_the_clock_shows_it(string day, string zone, string moment) => Assert.Equal(
        DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture),
        LocalTime.StartOf(DateOnly.Parse(day, CultureInfo.InvariantCulture), TimeZoneInfo.FindSystemTimeZoneById(zone)));

    [Fact]
    [Trait("Accepts", "S2-02")]
    public void The_moment_before_a_day_begins_belongs_to_the_day_before_in_every_zone() =>
        Prop.ForAll(Gen.Choose(0, 20_000).ToArbitrary(), Gen.Elements(Zones).ToArbitrary(), (days, name) =>
        {
            var zone = TimeZoneInfo.FindSystemTimeZoneById(name);
            var day = new DateOnly(2000, 1, 1).AddDays(days % 11_000);
            var start = LocalTime.StartOf(day, zone);
            return LocalTime.DayAt(start.AddTicks(-1), zone) < day && LocalTime.DayAt(start, zone) >= day;
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("2026-11-23", "2026-11-23")]
    [InlineData("2026-11-29", "2026-11-23")]
    [InlineData("2026-11-30", "2026-11-30")]
    public void A_week_begins_on_monday(string day, string monday) => Assert.Equal(
        DateOnly.Parse(monday, CultureInfo.InvariantCulture),
        LocalTime.MondayOf(DateOnly.Parse(day, CultureInfo.InvariantCulture)));
}
