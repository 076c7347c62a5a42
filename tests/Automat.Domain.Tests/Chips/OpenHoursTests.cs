using System.Globalization;
using Automat.Domain.Chips;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests.Chips;

/// <summary>When a chip may buy, and when it may again.</summary>
[Trait("Accepts", "S2-02")]
public sealed class OpenHoursTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    private static readonly DayOfWeek[] Workdays =
        [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    [Theory]
    [InlineData("2026-11-25T06:00:00Z", true)] // Wednesday, 07:00 at the machine
    [InlineData("2026-11-25T05:59:59Z", false)]
    [InlineData("2026-11-25T15:59:59Z", true)]
    [InlineData("2026-11-25T16:00:00Z", false)] // 17:00: the end is not part of it
    [InlineData("2026-11-28T09:00:00Z", false)] // Saturday
    public void It_is_open_from_its_beginning_to_before_its_end(string moment, bool open) => Assert.Equal(
        open, OpenHours.AnyHolds([new OpenHours(Workdays, 7 * 60, 17 * 60)], At(moment), Berlin));

    [Theory]
    [InlineData("2026-11-27T22:30:00Z", true)] // Friday 23:30
    [InlineData("2026-11-28T04:59:00Z", true)] // Saturday 05:59 is still Friday's night
    [InlineData("2026-11-28T05:00:00Z", false)]
    [InlineData("2026-11-28T22:30:00Z", false)] // Saturday's night is none of it
    public void A_night_belongs_to_the_day_it_begins_on(string moment, bool open) => Assert.Equal(
        open, OpenHours.AnyHolds([new OpenHours(Workdays, 22 * 60, 6 * 60)], At(moment), Berlin));

    [Fact]
    public void It_opens_again_on_monday_after_the_week() => Assert.Equal(
        At("2026-11-30T06:00:00Z"),
        OpenHours.NextOpening([new OpenHours(Workdays, 7 * 60, 17 * 60)], At("2026-11-27T20:00:00Z"), Berlin));

    [Fact]
    public void Where_the_clock_jumps_over_the_beginning_it_opens_when_it_has_jumped() => Assert.Equal(
        At("2026-03-29T01:00:00Z"), // 02:00 becomes 03:00
        OpenHours.NextOpening([new OpenHours([DayOfWeek.Sunday], 150, 210)], At("2026-03-28T20:00:00Z"), Berlin));

    [Fact]
    public void Where_the_clock_is_set_back_it_opens_a_second_time() => Assert.Equal(
        At("2026-10-25T01:00:00Z"), // 02:00 for the second time
        OpenHours.NextOpening([new OpenHours([DayOfWeek.Sunday], 120, 150)], At("2026-10-25T00:45:00Z"), Berlin));

    [Fact]
    public void What_is_told_as_the_next_opening_is_open_and_nothing_before_it_is() =>
        Prop.ForAll(
            Gen.Choose(0, 1439).Two().ToArbitrary(), Gen.Choose(0, 365 * 24 * 60).ToArbitrary(), Gen.Choose(1, 127).ToArbitrary(),
            (times, minute, days) =>
            {
                var (from, to) = times;
                OpenHours[] hours =
                    [new([.. Enum.GetValues<DayOfWeek>().Where(d => (days & (1 << (int)d)) != 0)], from, to)];
                var now = At("2026-01-01T00:00:00Z").AddMinutes(minute);
                if (OpenHours.AnyHolds(hours, now, Berlin)) return true;
                if (OpenHours.NextOpening(hours, now, Berlin) is not { } opens) return false;
                if (!OpenHours.AnyHolds(hours, opens, Berlin)) return false;
                for (var before = now; before < opens; before = before.AddMinutes(1))
                {
                    if (OpenHours.AnyHolds(hours, before, Berlin)) return false;
                }

                return true;
            }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
