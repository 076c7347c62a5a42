using Automat.Server.Panel;

namespace Automat.Server.Tests.Panel;

/// <summary>Heights can be compared: a scale begins at nothing and ends at a round number.</summary>
public sealed class ChartScaleTests
{
    [Theory]
    [InlineData(new[] { 0 }, 1, 0)]
    [InlineData(new[] { 7, 3 }, 10, 0)]
    [InlineData(new[] { 21 }, 25, 0)]
    [InlineData(new[] { 26, 1 }, 50, 0)]
    [InlineData(new[] { 100 }, 100, 0)]
    [InlineData(new[] { 4, -9 }, 5, -10)]
    [InlineData(new[] { -3 }, 0, -5)]
    public void A_scale_ends_at_round_numbers(int[] values, int top, int bottom)
    {
        var scale = new ChartScale([new ChartSeries("x", [.. values.Select(v => new ChartPoint("a", v, "a"))])]);

        Assert.Equal((top, bottom), (scale.Top, scale.Bottom));
        Assert.Equal(0, scale.Y(scale.Top));
        Assert.Equal(1000, scale.Y(scale.Bottom));
    }

    [Fact]
    public void Bars_that_share_a_place_stand_side_by_side_within_it()
    {
        var points = Enumerable.Range(0, 10).Select(n => new ChartPoint("a", n, "a")).ToList();
        var scale = new ChartScale([new ChartSeries("x", points), new ChartSeries("y", points)]);

        var (first, width) = scale.Bar(3, 0, 2);
        var (second, _) = scale.Bar(3, 1, 2);

        Assert.Equal(first + width, second);
        Assert.InRange(first, 300, 350);
        Assert.InRange(second + width, 350, 400);
    }

    [Fact]
    public void A_chart_without_figures_has_a_scale_all_the_same() => Assert.Equal((1, 0), (new ChartScale([]).Top, new ChartScale([]).Bottom));
}
