using Automat.Domain.Meters;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests.Meters;

public sealed class SalesMatchTests
{
    [Fact]
    public void A_sale_is_found_in_its_slot_and_what_is_left_belongs_to_one_side()
    {
        var matching = SalesMatch.Of(
            [new("11", 3, 450), new("12", 1, 110)],
            [new("a", "11", 1, 150), new("b", "11", 1, 150), new("c", "13", 1, 90)]);

        Assert.Equal(["a", "b"], matching.Both.Select(s => s.Reference));
        Assert.Equal(["c"], matching.OnlyBooks.Select(s => s.Reference));
        Assert.Equal([new SlotSales("11", 1, 150), new SlotSales("12", 1, 110)], matching.OnlyMachine);
    }

    [Fact]
    public void A_sale_without_a_slot_is_found_by_its_amount()
    {
        var matching = SalesMatch.Of([new("11", 1, 150), new("12", 1, 110)], [new("a", "", 1, 110), new("b", "", 1, 150)]);

        Assert.Equal(2, matching.Both.Count);
        Assert.Empty(matching.OnlyMachine);
    }

    [Fact]
    public void A_counter_without_slots_holds_any_sale()
    {
        var matching = SalesMatch.Of([new("", 2, 260)], [new("a", "11", 1, 150), new("b", "12", 1, 110), new("c", "12", 1, 110)]);

        Assert.Equal(["a", "b"], matching.Both.Select(s => s.Reference));
        Assert.Equal(["c"], matching.OnlyBooks.Select(s => s.Reference));
    }

    [Fact]
    public void The_machines_sum_rules_over_its_slots()
    {
        var rest = SalesMatch.Spread(new("", 3, 400), [new("11", 1, 150), new("12", 1, 110), new("13", 0, 0)], out var disagrees);
        Assert.Equal([new SlotSales("11", 1, 150), new SlotSales("12", 1, 110), new SlotSales("", 1, 140)], rest);
        Assert.False(disagrees);

        Assert.Equal([new SlotSales("", 1, 100)], SalesMatch.Spread(new("", 1, 100), [new("11", 1, 150)], out disagrees));
        Assert.True(disagrees);
    }

    [Fact]
    public void No_money_is_found_twice_or_gets_lost() => Prop.ForAll(Cases, one =>
    {
        var (counted, booked) = one;
        var matching = SalesMatch.Of(counted, booked);

        return matching.Both.Count + matching.OnlyBooks.Count == booked.Length
            && matching.Both.Concat(matching.OnlyBooks).Select(s => s.Reference).Distinct().Count() == booked.Length
            && matching.Both.Sum(s => s.Value) + matching.OnlyMachine.Sum(s => s.Value) == counted.Sum(s => s.Value);
    }).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));

    private static Arbitrary<(SlotSales[] Counted, BookedSale[] Booked)> Cases { get; } =
        (from counted in (from slot in Gen.Elements("", "11", "12", "13") from count in Gen.Choose(1, 4) select new SlotSales(slot, count, count * 50)).ArrayOf(5)
         from slots in (from slot in Gen.Elements("", "11", "12", "14") from count in Gen.Choose(1, 3) select (slot, count)).ArrayOf(8)
         select (counted, slots.Select((s, i) => new BookedSale($"{i}", s.slot, s.count, s.count * 50)).ToArray())).ToArbitrary();
}
