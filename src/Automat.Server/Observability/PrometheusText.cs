using System.Globalization;
using System.Text;

namespace Automat.Server.Observability;

/// <summary>
/// Prometheus' text format 0.0.4 (prometheus.io/docs/instrumenting/exposition_formats): one family per name, with HELP
/// and TYPE, its series after it.
/// </summary>
internal static class PrometheusText
{
    /// <summary>The format's media type.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IEnumerable<MetricSeries> all)
    {
        var text = new StringBuilder(16 * 1024);
        var families = all
            .GroupBy(series => PrometheusNames.Metric(series.Instrument.Name, series.Instrument.Unit, series.Kind),
                StringComparer.Ordinal)
            .OrderBy(family => family.Key, StringComparer.Ordinal);
        foreach (var family in families) Family(text, family.Key, family);
        return text.ToString();
    }

    private static void Family(StringBuilder text, string name, IEnumerable<MetricSeries> members)
    {
        // Several instruments may bear one name (a meter made anew by each host in a process). Their numbers add up;
        // one of another kind or with other buckets cannot be added and is left out.
        var first = members.First();
        var cells = new SortedDictionary<string, MetricCell>(StringComparer.Ordinal);
        foreach (var series in members)
        {
            if (series.Kind != first.Kind || !series.Bounds.SequenceEqual(first.Bounds)) continue;
            foreach (var (labels, cell) in series.Snapshot())
            {
                if (cells.TryGetValue(labels, out var known)) known.Merge(cell);
                else cells.Add(labels, cell);
            }
        }

        if (cells.Count == 0) return;

        var help = string.IsNullOrWhiteSpace(first.Instrument.Description)
            ? $"{first.Instrument.Name} of {first.Instrument.Meter.Name}."
            : first.Instrument.Description;
        text.Append("# HELP ").Append(name).Append(' ').Append(EscapeHelp(help)).Append('\n');
        text.Append("# TYPE ").Append(name).Append(' ').Append(Word(first.Kind)).Append('\n');
        foreach (var (labels, cell) in cells)
        {
            if (first.Kind == MetricKind.Histogram) Histogram(text, name, labels, cell, first.Bounds);
            else Line(text, name, labels, cell.Value);
        }
    }

    private static void Histogram(
        StringBuilder text, string name, string labels, MetricCell cell, IReadOnlyList<double> bounds)
    {
        var before = labels.Length == 0 ? "" : labels + ",";
        long sum = 0;
        for (var i = 0; i < bounds.Count; i++)
        {
            sum += cell.Buckets[i];
            Line(text, name + "_bucket", $"{before}le=\"{Number(bounds[i])}\"", sum);
        }

        Line(text, name + "_bucket", before + "le=\"+Inf\"", cell.Count);
        Line(text, name + "_sum", labels, cell.Value);
        Line(text, name + "_count", labels, cell.Count);
    }

    private static void Line(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0) text.Append('{').Append(labels).Append('}');
        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Number(double value) => value switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => value.ToString(CultureInfo.InvariantCulture),
    };

    private static string EscapeHelp(string help) => help
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\r", "", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private static string Word(MetricKind kind) => kind switch
    {
        MetricKind.Counter => "counter",
        MetricKind.Gauge => "gauge",
        MetricKind.Histogram => "histogram",
    };
}
