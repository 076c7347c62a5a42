using System.Globalization;

namespace Automat.Bench;

/// <summary>The samples of one figure.</summary>
internal sealed class Figures(string name, string unit)
{
    private readonly List<double> samples = [];

    public double Median => Quantile([.. samples.Order()], 0.5);

    public void Add(double sample) => samples.Add(sample);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"{name,-58} {Median,10:#,0.##} {unit,-10} ({samples.Min():#,0.##}–{samples.Max():#,0.##})");

    /// <summary>Prints how two figures stand to each other, and whether that is what we want.</summary>
    public static void Compare(string what, Figures ours, Figures limit, double goal, bool atMost = false)
    {
        var ratio = ours.Median / limit.Median;
        var reached = atMost ? ratio <= goal : ratio >= goal;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {what,-56} {ratio,10:0.00} ×          goal {(atMost ? "≤" : "≥")} {goal:0.0}: {(reached ? "reached" : "MISSED")}"));
    }

    public static double Quantile(IReadOnlyList<double> sorted, double at) =>
        sorted[Math.Min((int)(sorted.Count * at), sorted.Count - 1)];
}
