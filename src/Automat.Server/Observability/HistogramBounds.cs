using System.Diagnostics.Metrics;
using System.Globalization;

namespace Automat.Server.Observability;

/// <summary>Upper bounds of a histogram's buckets: what its maker advises, else by unit.</summary>
internal static class HistogramBounds
{
    private const int Most = 60;

    private static readonly double[] _seconds =
        [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10, 30, 60];

    private static readonly double[] _bytes = [64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304];

    private static readonly double[] _counts =
        [1, 2, 5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

    public static double[] Of(Instrument instrument) => Advised(instrument) ?? instrument.Unit switch
    {
        "s" => _seconds,
        "By" => _bytes,
        _ => _counts,
    };

    private static double[]? Advised(Instrument instrument) => instrument switch
    {
        Histogram<double> h => Clean(h.Advice),
        Histogram<float> h => Clean(h.Advice),
        Histogram<long> h => Clean(h.Advice),
        Histogram<int> h => Clean(h.Advice),
        _ => null,
    };

    private static double[]? Clean<T>(InstrumentAdvice<T>? advice)
        where T : struct
    {
        if (advice?.HistogramBucketBoundaries is not { Count: > 0 } bounds) return null;
        var numbers = bounds.Select(bound => Convert.ToDouble(bound, CultureInfo.InvariantCulture));
        return [.. numbers.Distinct().Order().Take(Most)];
    }
}
