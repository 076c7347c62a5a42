using System.Globalization;
using Automat.Domain.Goods;
using Automat.Domain.Planograms;
using Automat.Domain.Vends;

namespace Automat.Domain.Tests.Goods;

/// <summary>What is weighed is whole grams, priced to the minor unit, and nothing that is typed is guessed at.</summary>
public sealed class WeightTests
{
    private static readonly NumberFormatInfo English = CultureInfo.GetCultureInfo("en").NumberFormat;
    private static readonly NumberFormatInfo German = CultureInfo.GetCultureInfo("de").NumberFormat;

    [Theory]
    [InlineData(250, 1_290, 323)] // 3.225 is rounded away from zero
    [InlineData(1, 499, 0)]
    [InlineData(1, 500, 1)]
    [InlineData(-250, 1_290, -323)]
    [InlineData(1_000, 1_290, 1_290)]
    public void A_weight_costs_what_the_rule_says(long grams, long perKilogram, long price) =>
        Assert.Equal(price, Weights.PriceOf(grams, perKilogram));

    [Fact]
    public void Prices_are_exact_and_rounded_once_whatever_the_weight_and_the_price()
    {
        var dice = new Dice(20261130);
        for (var round = 0; round < 20_000; round++)
        {
            long grams = 1 + dice.Below(Weights.MostInPurchase);
            long price = dice.Below(100_000_000);
            var cost = Weights.PriceOf(grams, price);

            Assert.Equal(decimal.Round(grams * (decimal)price / 1_000, 0, MidpointRounding.AwayFromZero), cost);
            Assert.True(Weights.PriceOf(grams + 1, price) >= cost);
            Assert.Equal(-cost, Weights.PriceOf(-grams, price));
            var line = new VendLine("A1", null, "Cheese", (int)grams, price, 700) { IsByWeight = true };
            Assert.Equal((cost, 1), (line.Total, line.Pieces));
            Assert.Equal(2 * cost, VendRules.PriceOf([line, line])); // each line by itself
        }

        Assert.Throws<OverflowException>(() => Weights.PriceOf(long.MaxValue, long.MaxValue));
    }

    [Theory]
    [InlineData("0.25", 250)]
    [InlineData("0,25", 250)]
    [InlineData(" 1,5 kg ", 1_500)]
    [InlineData("0.250", 250)] // no thousands begin with a nought
    [InlineData("0,250", 250)]
    [InlineData("12", 12_000)]
    [InlineData("007.100", 7_100)]
    [InlineData("0", 0)]
    [InlineData("1.50000", 1_500)]
    public void Weights_are_read_with_a_point_and_with_a_comma(string typed, int grams)
    {
        foreach (var reader in new[] { English, German })
        {
            Assert.Null(Weights.Read(typed, reader, out var read));
            Assert.Equal(grams, read);
        }
    }

    [Theory]
    [InlineData("1.250", null, WeightFault.Ambiguous)]
    [InlineData("1,250", WeightFault.Ambiguous, null)]
    [InlineData("1.234.567", WeightFault.Ambiguous, WeightFault.Ambiguous)]
    [InlineData("1,234.5", WeightFault.Ambiguous, WeightFault.Ambiguous)]
    [InlineData("0.2505", WeightFault.TooPrecise, WeightFault.TooPrecise)]
    [InlineData("-1", WeightFault.NoNumber, WeightFault.NoNumber)]
    [InlineData("+1", WeightFault.NoNumber, WeightFault.NoNumber)]
    [InlineData("1e3", WeightFault.NoNumber, WeightFault.NoNumber)]
    [InlineData("NaN", WeightFault.NoNumber, WeightFault.NoNumber)]
    [InlineData("∞", WeightFault.NoNumber, WeightFault.NoNumber)]
    [InlineData("½", WeightFault.NoNumber, WeightFault.NoNumber)]
    [InlineData("１", WeightFault.NoNumber, WeightFault.NoNumber)]
    [InlineData("1 000", WeightFault.NoNumber, WeightFault.NoNumber)]
    [InlineData(".5", WeightFault.NoNumber, WeightFault.NoNumber)]
    [InlineData("5.", WeightFault.NoNumber, WeightFault.NoNumber)]
    [InlineData("", WeightFault.NoNumber, WeightFault.NoNumber)]
    [InlineData(null, WeightFault.NoNumber, WeightFault.NoNumber)]
    [InlineData("9999999", WeightFault.TooMuch, WeightFault.TooMuch)]
    [InlineData("0x10", WeightFault.NoNumber, WeightFault.NoNumber)]
    public void What_could_mean_something_else_is_refused_in_each_language(string? typed, WeightFault? english, WeightFault? german)
    {
        Assert.Equal(english, Weights.Read(typed, English, out _));
        Assert.Equal(german, Weights.Read(typed, German, out _));
    }

    [Fact]
    public void What_a_field_shows_is_read_again_as_it_was_in_every_language()
    {
        var dice = new Dice(1);
        foreach (var language in new[] { "en", "de", "es", "" })
        {
            var reader = CultureInfo.GetCultureInfo(language);
            for (var round = 0; round < 2_000; round++)
            {
                var grams = dice.Below(Weights.MostInPurchase + 1);
                Assert.Null(Weights.Read(Weights.Typed(grams, reader), reader.NumberFormat, out var read));
                Assert.Equal(grams, read);
            }
        }

        Assert.Equal("0.250\u00a0kg", Weights.Text(250, CultureInfo.GetCultureInfo("en")));
        Assert.Equal("1.250,000\u00a0kg", Weights.Text(1_250_000, CultureInfo.GetCultureInfo("de")));
    }

    [Fact]
    public void An_order_takes_at_least_at_most_and_in_steps()
    {
        var terms = new WeightTerms(100, 2_000, 50);

        Assert.Equal(
            [WeightFault.Nothing, WeightFault.TooLittle, null, WeightFault.OffStep, null, WeightFault.TooMuch],
            new[] { 0, 50, 100, 125, 2_000, 2_050 }.Select(terms.FaultOf));
        Assert.Equal(WeightFault.TooMuch, new WeightTerms(null, null, null).FaultOf(Weights.MostInPurchase + 1));
        Assert.True(terms.IsPossible);
        Assert.False(new WeightTerms(100, 2_000, 75).IsPossible);
        Assert.False(new WeightTerms(200, 100, null).IsPossible);
        Assert.False(new WeightTerms(null, 100, 200).IsPossible);
    }

    [Fact]
    public void Only_where_somebody_weighs_a_layout_has_goods_by_weight_and_room_for_kilograms()
    {
        var measures = new Dictionary<int, Measure> { [1] = Measure.Piece, [2] = Measure.Weight };
        IReadOnlyList<PlannedSlot> layout = [new("A1", 1, 150, 10, 8, 3), new("A2", 2, 1_290, 250_000, 200_000, 50_000)];
        var none = new Dictionary<string, SlotFill>();

        Assert.Empty(LayoutRules.FaultsIn(layout, new LayoutGoods(measures, AreWeighed: true), none));
        var fault = Assert.Single(LayoutRules.FaultsIn(layout, new LayoutGoods(measures, AreWeighed: false), none));
        Assert.Equal(("A2", LayoutFaultKind.NeedsWeighing), (fault.Code, fault.Kind));
        var full = Assert.Single(LayoutRules.FaultsIn(
            [layout[0] with { Capacity = 250_000 }], new LayoutGoods(measures, AreWeighed: true), none));
        Assert.Equal((LayoutFaultKind.CapacityOutOfRange, false), (full.Kind, full.IsByWeight));
    }
}
