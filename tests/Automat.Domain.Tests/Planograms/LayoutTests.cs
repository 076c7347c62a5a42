using Automat.Domain.Goods;
using Automat.Domain.Planograms;

namespace Automat.Domain.Tests.Planograms;

/// <summary>Layouts are changed, compared and laid over each other without losing or inventing a slot.</summary>
public sealed class LayoutTests
{
    private static readonly IReadOnlyList<PlannedSlot> Two =
        [new("A1", 1, 150, 10, 8, 3), new("A2", 2, 200, 6, 6, 2)];

    private static readonly LayoutGoods Known = new(
        new Dictionary<int, Measure> { [1] = Measure.Piece, [2] = Measure.Piece, [3] = Measure.Piece }, AreWeighed: false);

    [Fact]
    public void Swapping_moves_products_and_prices_and_leaves_room_and_levels_where_they_are()
    {
        var swapped = Layout.Move(Two, "A1", "A2");

        Assert.Equal([new PlannedSlot("A1", 2, 200, 10, 8, 3), new PlannedSlot("A2", 1, 150, 6, 6, 2)], swapped);
        Assert.Equal(Two, Layout.Move(swapped, "A2", "A1"));
        Assert.Equal([new PlannedSlot("A2", 2, 200, 6, 6, 2), new PlannedSlot("B1", 1, 150, 10, 8, 3)], Layout.Move(Two, "A1", "B1"));
        Assert.Equal("slot_unknown", Assert.Throws<RuleException>(() => Layout.Move(Two, "C1", "A1")).Code);
    }

    [Fact]
    public void Placing_asks_the_usual_price_and_the_same_product_again_changes_nothing()
    {
        Assert.Same(Two, Layout.Place(Two, "A1", 1, 999));
        Assert.Equal(new PlannedSlot("A1", 3, 120, 10, 8, 3), Layout.Place(Two, "A1", 3, 120)[0]);
        Assert.Equal(3, Layout.Place(Two, "B1", 3, 120).Count);
    }

    [Fact]
    public void What_both_changed_stays_as_it_was_made_here_and_the_rest_follows()
    {
        var mine = Layout.Change(Two, ["A1"], s => s with { Price = 160 });
        IReadOnlyList<PlannedSlot> theirs = [Two[0] with { Price = 170 }, Two[1] with { Price = 210 }, new("B1", 3, 100, null, null, null)];

        var merged = Layout.Over(Two, mine, theirs);

        Assert.Equal([("A1", 160L), ("A2", 210L), ("B1", 100L)], merged.Select(s => (s.Code, s.Price)));
        Assert.Equal(["A1"], Layout.Difference(theirs, merged).Select(d => d.Code));
        Assert.Equal(["B1"], Layout.Over(Two, [], [.. Two, theirs[2]]).Select(s => s.Code)); // both were taken out here
    }

    [Fact]
    public void Difference_and_merge_agree_on_random_layouts()
    {
        var dice = new Dice(20261129);
        for (var round = 0; round < 500; round++)
        {
            var (original, mine, theirs) = (Any(dice), Any(dice), Any(dice));

            Assert.Empty(Layout.Difference(mine, mine));
            Assert.Equal(mine, Layout.Over(original, mine, original));
            Assert.Equal(theirs, Layout.Over(original, original, theirs));
            Assert.Equal(
                Layout.Difference(original, mine).Select(d => (d.Code, d.After)),
                Layout.Difference(mine, original).Select(d => (d.Code, d.Before)));
        }
    }

    [Fact]
    public void A_layout_that_cannot_be_says_for_each_slot_what_is_wrong()
    {
        var now = new Dictionary<string, SlotFill> { ["A1"] = new(1, 5, 2), ["A2"] = new(2, 4, 0), ["C1"] = new(1, 1, 1) };
        IReadOnlyList<PlannedSlot> wrong =
        [
            new("A1", 3, 150, 10, 8, 3), // two of product 1 are promised
            new("A2", 2, -1, 3, 4, 5), // four lie there
            new("A2", 9, 1, null, null, null),
            new("A 3", 1, 1, 0, null, 1),
        ];

        var faults = LayoutRules.FaultsIn(wrong, Known, now);

        Assert.Equal(
            [
                ("A1", LayoutFaultKind.Promised), ("A2", LayoutFaultKind.PriceOutOfRange), ("A2", LayoutFaultKind.CapacityBelowStock),
                ("A2", LayoutFaultKind.ParAboveCapacity), ("A2", LayoutFaultKind.MinimumAbovePar), ("A2", LayoutFaultKind.CodeTwice),
                ("A2", LayoutFaultKind.ProductUnknown), ("A 3", LayoutFaultKind.CodeInvalid), ("A 3", LayoutFaultKind.CapacityOutOfRange),
                ("A 3", LayoutFaultKind.MinimumAbovePar), ("C1", LayoutFaultKind.Promised),
            ],
            faults.Select(f => (f.Code, f.Kind)));
        Assert.Empty(LayoutRules.FaultsIn(Two, Known, new Dictionary<string, SlotFill> { ["A1"] = new(3, 99, 0) })); // what lies there goes
    }

    [Fact]
    public void Codes_are_read_as_people_read_them()
    {
        string[] codes = ["A10", "B1", "A2", "A1", "11", "9", "A01", "coin"];

        Assert.Equal(["9", "11", "A01", "A1", "A2", "A10", "B1", "coin"], codes.Order(SlotCode.Order));
        Assert.Equal([("B", 3), ("A", 10), ("1", 1), ("10", 4), null, null, null], new[] { "B3", "A10", "11", "104", "coin-2", "A0", "7" }.Select(SlotCode.PlaceOf));
    }

    private static IReadOnlyList<PlannedSlot> Any(Dice dice) => Layout.Sorted(
        Enumerable.Range(1, 6).Where(_ => dice.Below(3) > 0).Select(at => new PlannedSlot($"A{at}", 1 + dice.Below(2), (1 + dice.Below(2)) * 100, 10, null, null)));
}
