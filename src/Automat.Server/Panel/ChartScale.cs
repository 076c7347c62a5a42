using System.Globalization;

namespace Automat.Server.Panel;

/// <summary>
/// Where a chart's values lie on its drawing, which is 1000 wide and 1000 high whatever its size on the screen. The scale
/// begins at nothing and ends at a round number, so that heights can be compared.
/// </summary>
public sealed class ChartScale
{
    private const decimal Side = 1000;
    private readonly int count;

    /// <summary>The scale all of these fit on.</summary>
    public ChartScale(IReadOnlyList<ChartSeries> series)
    {
        count = series.Count == 0 ? 0 : series.Max(one => one.Points.Count);
        var values = series.SelectMany(one => one.Points).Select(point => point.Value).ToList();
        Top = Round(values.Count == 0 ? 0 : Math.Max(0, values.Max()));
        Bottom = values.Count == 0 || values.Min() >= 0 ? 0 : -Round(-values.Min());
        if (Top == Bottom) Top = 1;
    }

    /// <summary>The highest value it shows.</summary>
    public decimal Top { get; }

    /// <summary>The lowest: nothing, unless there are values below.</summary>
    public decimal Bottom { get; }

    /// <summary>Below every how many-th point a label finds room.</summary>
    public int LabelStep => Math.Max(1, (count + 5) / 6);

    /// <summary>How far down a value lies.</summary>
    public decimal Y(decimal value) => (Top - value) / (Top - Bottom) * Side;

    /// <summary>The middle of the n-th point's place.</summary>
    public decimal X(int index) => (index + 0.5m) / count * Side;

    /// <summary>One bar among those that share a place: its left edge and its width.</summary>
    public (decimal Left, decimal Width) Bar(int index, int series, int of)
    {
        var place = Side / count;
        var room = place * 0.72m;
        return (index * place + (place - room) / 2 + room / of * series, room / of);
    }

    /// <summary>A number as SVG reads it.</summary>
    public static string Svg(decimal number) => decimal.Round(number, 2).ToString(CultureInfo.InvariantCulture);

    /// <summary>The next of 1, 2, 2.5, 5 and 10, times a power of ten.</summary>
    private static decimal Round(decimal most)
    {
        if (most <= 0) return 0;
        var power = 1m;
        while (power * 10 < most) power *= 10;
        while (power > most && power > 0.0001m) power /= 10;
        return new[] { 1m, 2m, 2.5m, 5m, 10m }.Select(step => step * power).FirstOrDefault(step => step >= most, most);
    }
}
