using Automat.Domain.Doors;
using FsCheck;
using FsCheck.Fluent;

namespace Automat.Domain.Tests.Doors;

/// <summary>A basket held against the scale.</summary>
public sealed class BasketWeightsTests
{
    private static readonly WeightLimits Limits = new(ScaleTolerance: 10_000, ReviewAbove: 50_000, SettleUnweighed: false);

    private static readonly WeighedLine Cola = new("A1", 1, 355_000, 5_000, 200);

    private static readonly WeighedLine Chips = new("A2", 1, 70_000, 4_000, 150);

    private static Config Many => Config.QuickThrowOnFailure.WithMaxTest(2_000);

    [Theory]
    [Trait("Accepts", "S1-11")]
    [InlineData(355_000, false, "told", 1)]
    [InlineData(369_900, false, "told", 1)] // within its own and the scale's tolerance
    [InlineData(400_000, false, "told_in_favour", 1)] // a little more is missing: nobody is charged for it
    [InlineData(310_000, false, "told_in_favour", 0)] // a little less is missing: it is not charged
    [InlineData(710_000, true, "more_missing", 1)] // another can is missing
    [InlineData(0, true, "less_missing", 1)] // none is
    [InlineData(-355_000, true, "less_missing", 1)] // something was put in
    public void A_told_can_is_charged_given_or_looked_at(long lighter, bool review, string evidence, int pieces)
    {
        var verdict = BasketWeights.Check([Cola], lighter, Limits, "told");

        Assert.Equal((review, evidence), (verdict.NeedsReview, verdict.Evidence));
        Assert.Equal(pieces, verdict.Lines.Sum(line => line.Quantity));
    }

    [Theory]
    [InlineData(0, false, "never_opened")]
    [InlineData(9_000, false, "never_opened")]
    [InlineData(40_000, false, "never_opened_in_favour")]
    [InlineData(355_000, true, "more_missing")]
    public void An_empty_basket_is_believed_only_as_far_as_the_scale_goes(long lighter, bool review, string evidence)
    {
        var verdict = BasketWeights.Check([], lighter, Limits, "never_opened");

        Assert.Equal((review, evidence), (verdict.NeedsReview, verdict.Evidence));
        Assert.Empty(verdict.Lines);
    }

    [Theory]
    [InlineData(5_000L, false, "basket_unsaid")]
    [InlineData(40_000L, true, "basket_unsaid")]
    [InlineData(null, true, "weight_missing")]
    public void A_basket_nobody_named_is_free_only_when_nothing_is_missing(long? lighter, bool review, string evidence)
    {
        var verdict = BasketWeights.Check(null, lighter, Limits, "basket_unsaid");

        Assert.Equal((review, evidence), (verdict.NeedsReview, verdict.Evidence));
    }

    [Fact]
    public void What_nobody_has_weighed_is_looked_at_unless_the_machine_says_otherwise()
    {
        var unknown = Cola with { UnitWeight = null };

        Assert.True(BasketWeights.Check([unknown], 355_000, Limits, "told").NeedsReview);
        var trusted = BasketWeights.Check([unknown], 355_000, Limits with { SettleUnweighed = true }, "told");
        Assert.Equal((false, "told_unweighed", 1), (trusted.NeedsReview, trusted.Evidence, trusted.Lines.Count));
    }

    [Fact]
    public void The_dearest_pieces_are_left_out_first()
    {
        var limits = Limits with { ReviewAbove = 400_000 };

        var verdict = BasketWeights.Check([Cola, Chips with { Quantity = 2 }], 150_000, limits, "told");

        Assert.Equal([("A2", 2)], verdict.Lines.Select(line => (line.Slot, line.Quantity)));
    }

    [Fact]
    public void Nobody_is_ever_charged_more_than_was_told_nor_for_more_than_is_missing()
    {
        var any = (from colas in Gen.Choose(0, 4)
                   from chips in Gen.Choose(0, 4)
                   from lighter in Gen.Choose(-500_000, 2_500_000)
                   from above in Gen.Choose(0, 2_000_000)
                   select (colas, chips, lighter, above)).ToArbitrary();
        Prop.ForAll(any, one =>
        {
            var told = new[] { Cola with { Quantity = one.colas }, Chips with { Quantity = one.chips } }.Where(l => l.Quantity > 0).ToList();
            var verdict = BasketWeights.Check(told, one.lighter, Limits with { ReviewAbove = one.above }, "told");
            var most = told.ToDictionary(l => l.Slot, l => l.Quantity);
            var least = verdict.Lines.Sum(l => (l.UnitWeight!.Value - l.Tolerance) * l.Quantity);
            var within = verdict.Lines.All(l => l.Quantity > 0 && l.Quantity <= most.GetValueOrDefault(l.Slot));
            return within && (verdict.NeedsReview || least <= Math.Max(one.lighter, 0) + (2 * Limits.ScaleTolerance));
        }).Check(Many);
    }

    [Fact]
    public void What_is_far_off_is_never_settled()
    {
        var any = (from quantity in Gen.Choose(0, 4) from lighter in Gen.Choose(-500_000, 2_500_000) select (quantity, lighter)).ToArbitrary();
        Prop.ForAll(any, one =>
        {
            IReadOnlyList<WeighedLine> told = one.quantity == 0 ? [] : [Cola with { Quantity = one.quantity }];
            var off = Math.Abs(one.lighter - (355_000L * one.quantity));
            var verdict = BasketWeights.Check(told, one.lighter, Limits, "told");
            return verdict.NeedsReview == (off > 50_000 && off > 10_000 + (5_000 * one.quantity));
        }).Check(Many);
    }
}
