using System.Globalization;
using Automat.Domain.Chips;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests.Chips;

/// <summary>Credit that goes by itself is spent first, and what is left of it is known without noting it at each sale.</summary>
public sealed class FreeCreditTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void What_goes_first_is_spent_first()
    {
        FreeCredit<string>[] credits = [Of("late", 100, 0, 50), Of("soon", 100, 1, 20)];

        Assert.Equal((100L, 40L), Left(credits, (5, 60)));
        Assert.Equal((70L, 0L), Left(credits, (5, 60), (6, 70)));
        Assert.Equal((70L, 100L), Left(credits, (0, 30))); // before the other was given
        Assert.Equal((0L, 100L), Left(credits, (20, 999))); // after it had gone
    }

    [Fact]
    public void Never_more_is_left_than_was_given_and_what_is_taken_is_what_was_spent_in_its_time() =>
        Prop.ForAll(
            Gen.Choose(0, 30).Three().ListOf(6).ToArbitrary(), Gen.Choose(0, 60).Two().ListOf(30).ToArbitrary(), (given, spent) =>
            {
                var credits = given.Select((g, i) => Of($"{i}", g.Item1, g.Item2, g.Item2 + g.Item3)).ToList();
                var uses = spent.Select(s => (Start.AddHours(s.Item1), (long)s.Item2)).ToList();

                var left = FreeCreditRules.Left(credits, uses);

                var taken = credits.Sum(c => c.Amount - left[c.Key]);
                return credits.TrueForAll(c => left[c.Key] >= 0 && left[c.Key] <= c.Amount) && taken <= uses.Sum(u => u.Item2)
                    && credits.TrueForAll(c => left[c.Key] == c.Amount || uses.Exists(u => u.Item1 >= c.From && u.Item1 < c.Until));
            }).QuickCheckThrowOnFailure();

    [Fact]
    public void What_was_bought_before_the_earliest_that_matters_changes_nothing() =>
        Prop.ForAll(
            Gen.Choose(0, 30).Three().NonEmptyListOf().ToArbitrary(), Gen.Choose(0, 60).Two().ListOf(30).ToArbitrary(), (given, spent) =>
            {
                var credits = given.Select((g, i) => Of($"{i}", g.Item1, g.Item2, g.Item2 + g.Item3 + 1)).ToList();
                var uses = spent.Select(s => (At: Start.AddHours(s.Item1), Spent: (long)s.Item2)).ToList();
                return credits.TrueForAll(c =>
                {
                    var since = FreeCreditRules.Since(credits, c);
                    return FreeCreditRules.Left(credits, uses)[c.Key]
                        == FreeCreditRules.Left(credits, uses.Where(u => u.At >= since))[c.Key];
                });
            }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(AllowancePeriod.Month, "2026-11-30T22:59:00Z", "2026-11", "2026-11-30T23:00:00Z")]
    [InlineData(AllowancePeriod.Month, "2026-11-30T23:00:00Z", "2026-12", "2026-12-31T23:00:00Z")]
    [InlineData(AllowancePeriod.Week, "2026-12-31T12:00:00Z", "2026-W53", "2027-01-03T23:00:00Z")]
    [InlineData(AllowancePeriod.Week, "2027-01-04T00:00:00Z", "2027-W01", "2027-01-10T23:00:00Z")]
    public void An_allowance_has_a_period_with_a_name_that_comes_once(AllowancePeriod period, string now, string name, string end)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var allowance = new ChipAllowance(AllowanceKind.Add, 100, period, Expires: true);
        var moment = DateTimeOffset.Parse(now, CultureInfo.InvariantCulture);

        Assert.Equal(name, allowance.PeriodAt(moment, zone));
        Assert.Equal(DateTimeOffset.Parse(end, CultureInfo.InvariantCulture), allowance.EndOfPeriodAt(moment, zone));
    }

    [Theory]
    [InlineData(AllowanceKind.Add, 300, 1_000)]
    [InlineData(AllowanceKind.Fill, 300, 700)]
    [InlineData(AllowanceKind.Fill, 1_200, 0)]
    public void An_allowance_is_added_or_filled_up_to(AllowanceKind kind, long balance, long added) => Assert.Equal(
        added, new ChipAllowance(kind, 1_000, AllowancePeriod.Month, Expires: false).AddTo(balance));

    private static (long Late, long Soon) Left(FreeCredit<string>[] credits, params (int At, long Spent)[] uses)
    {
        var left = FreeCreditRules.Left(credits, uses.Select(u => (Start.AddHours(u.At), u.Spent)));
        return (left["late"], left["soon"]);
    }

    private static FreeCredit<string> Of(string key, long amount, int from, int until) =>
        new(key, amount, Start.AddHours(from), Start.AddHours(until));
}
