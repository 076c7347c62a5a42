using Automat.Domain.Stock;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests.Stock;

[Trait("Accepts", "S3-05")]
public sealed class StockRulesTests
{
    private static readonly DateOnly Today = new(2026, 11, 29);

    [Fact]
    public void What_expires_first_goes_first_and_what_keeps_goes_last()
    {
        Lot[] lots = [new(null, 5), new(Today.AddDays(9), 4), new(Today, 3)];

        Assert.Equal([new Lot(Today, 3), new Lot(Today.AddDays(9), 4), new Lot(null, 1)], BatchRules.Take(lots, 8));
    }

    [Fact]
    public void Exactly_what_is_wanted_is_taken_never_more_than_a_lot_has_and_nothing_earlier_is_left()
    {
        var lots = Gen.Choose(-1, 6).Zip(Gen.Choose(0, 9), (day, quantity) => new Lot(day < 0 ? null : Today.AddDays(day), quantity)).ArrayOf();
        Prop.ForAll(lots.ToArbitrary(), Gen.Choose(0, 60).ToArbitrary(), (all, wanted) =>
        {
            if (all.Sum(l => l.Quantity) < wanted)
            {
                Assert.Equal("stock_short", Assert.Throws<RuleException>(() => BatchRules.Take(all, wanted)).Code);
                return;
            }

            var taken = BatchRules.Take(all, wanted);

            Assert.Equal(wanted, taken.Sum(l => l.Quantity));
            if (taken.Count == 0) return;
            var last = taken[^1].ExpiresOn ?? DateOnly.MaxValue;
            var earlier = all.Where(l => (l.ExpiresOn ?? DateOnly.MaxValue) < last).Sum(l => l.Quantity);
            Assert.Equal(earlier, taken.Where(l => (l.ExpiresOn ?? DateOnly.MaxValue) < last).Sum(l => l.Quantity));
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(0, 10, 12, 4, 0, 7, 10, RestockNeed.Empty)]
    [InlineData(4, 10, 12, 4, 0, 7, 6, RestockNeed.Low)]
    [InlineData(8, 10, 12, 4, 2, 7, 2, RestockNeed.Soon)] // four days' worth, and a week to go
    [InlineData(8, 10, 12, 4, 1, 7, 2, RestockNeed.TopUp)]
    [InlineData(10, 10, 12, 4, 9, 7, 0, RestockNeed.None)]
    [InlineData(11, 10, 12, 4, 0, 7, 0, RestockNeed.None)]
    [InlineData(3, null, 12, 0, 0, 7, 9, RestockNeed.TopUp)]
    [InlineData(0, 0, 12, 0, 0, 7, 0, RestockNeed.None)] // meant to be empty
    public void What_to_bring_follows_from_level_par_minimum_and_rate(
        int stock, int? par, int capacity, int minimum, int perDay, int days, int bring, RestockNeed need)
    {
        var wish = RestockRules.Of(stock, par, capacity, minimum, perDay, days);

        Assert.Equal((bring, need), (wish.Bring, wish.Need));
    }

    [Theory]
    [InlineData(null, 0)]
    [InlineData(1, 1)]
    [InlineData(9, 3)]
    [InlineData(10, 4)]
    public void Too_few_are_a_third_of_the_par_level_rounded_up(int? par, int minimum) => Assert.Equal(minimum, RestockRules.MinimumOf(null, par));
}
