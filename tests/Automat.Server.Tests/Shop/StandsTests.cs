using Automat.Server.Shop;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Server.Tests.Shop;

public sealed class StandsTests
{
    [Fact]
    public void A_wish_is_taken_from_the_cheapest_slots_first_and_never_more_than_is_there()
    {
        var stands = Gen.Choose(0, 9).Zip(Gen.Choose(1, 500), (available, price) => (available, price)).ArrayOf()
            .Select(all => all.Select((s, i) => new Stand($"A{i}", s.available, s.price)).ToArray());
        Prop.ForAll(stands.ToArbitrary(), Gen.Choose(0, 60).ToArbitrary(), (shelf, wanted) =>
        {
            var taken = Taken.From(shelf, wanted, byWeight: false);

            var pieces = taken.Wishes.Sum(w => w.Quantity);
            var cheapest = shelf.OrderBy(s => s.Price).SelectMany(s => Enumerable.Repeat(s.Price, s.Available)).Take(wanted).Sum();
            Assert.Equal(wanted, pieces + taken.Missing);
            Assert.Equal(Math.Min(wanted, shelf.Sum(s => s.Available)), pieces);
            Assert.Equal(cheapest, taken.Amount);
            Assert.All(taken.Wishes, w => Assert.InRange(w.Quantity, 1, shelf.Single(s => s.Slot == w.Slot).Available));
            Assert.Equal(taken.Wishes.Count, taken.Wishes.Select(w => w.Slot).Distinct().Count());
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void A_weight_is_taken_from_one_slot_the_cheapest_that_has_as_much()
    {
        Stand[] shelf = [new("A1", 200, 1_290), new("A2", 900, 1_490), new("A3", 900, 1_590)];

        Assert.Equal((258L, "A1"), Of(200));
        Assert.Equal((299L, "A2"), Of(201)); // 0.201 × 14.90 = 2.9949
        var missing = Taken.From(shelf, 1_000, byWeight: true);
        Assert.Equal((0L, 100), (missing.Amount, missing.Missing));
        Assert.Equal(300, Taken.From([], 300, byWeight: true).Missing);

        (long Amount, string Slot) Of(int grams)
        {
            var taken = Taken.From(shelf, grams, byWeight: true);
            return (taken.Amount, Assert.Single(taken.Wishes).Slot);
        }
    }
}
