using System.Globalization;
using System.Text;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Automat.Server.Observability;

/// <summary>
/// OpenTelemetry's names as Prometheus writes them: dots become underscores, units become words at the end, counters
/// end in <c>_total</c> (opentelemetry.io, "Prometheus and OpenMetrics compatibility").
/// </summary>
internal static class PrometheusNames
{
    private const int MaxLabelValue = 200;
    private const int MaxLabels = 20;

    public static string Metric(string name, string? unit, MetricKind kind)
    {
        var text = Clean(name);
        if (Unit(unit, kind) is { Length: > 0 } word && !text.EndsWith("_" + word, StringComparison.Ordinal))
            text = WithoutTotal(text) + "_" + word;
        if (kind == MetricKind.Counter) return WithoutTotal(text) + "_total";
        // "_count" belongs to histograms; what is counted up and down is what there is now.
        return kind == MetricKind.Gauge && text.EndsWith("_count", StringComparison.Ordinal)
            ? text[..^"_count".Length] + "_current"
            : text;
    }

    /// <summary>The labels, sorted and escaped, without the braces: one spelling for one set of tags.</summary>
    public static string Labels(ReadOnlySpan<Tag> tags)
    {
        if (tags.IsEmpty) return "";

        var sorted = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            var name = Label(key);
            var text = Text(value);
            // Two keys may become one name; then both values are told.
            sorted[name] = sorted.TryGetValue(name, out var other) ? other + ";" + text : text;
            if (sorted.Count == MaxLabels) break;
        }

        var labels = new StringBuilder();
        foreach (var (name, value) in sorted)
        {
            if (labels.Length > 0) labels.Append(',');
            labels.Append(name).Append("=\"").Append(Escape(value)).Append('"');
        }

        return labels.ToString();
    }

    private static string Label(string key)
    {
        var name = Clean(key);
        // "le" belongs to histograms, and two leading underscores to Prometheus itself.
        return name == "le" ? "tag_le" : name.StartsWith("__", StringComparison.Ordinal) ? "tag" + name : name;
    }

    private static string Text(object? value)
    {
        var text = value switch
        {
            null => "",
            bool b => b ? "true" : "false",
            IFormattable f => f.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        return text.Length > MaxLabelValue ? text[..MaxLabelValue] : text;
    }

    private static string Escape(string value) => value
        .Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("\"", "\\\"", StringComparison.Ordinal)
        .Replace("\n", "\\n", StringComparison.Ordinal);

    private static string WithoutTotal(string name) =>
        name.EndsWith("_total", StringComparison.Ordinal) ? name[..^"_total".Length] : name;

    private static string Unit(string? unit, MetricKind kind)
    {
        // What stands in braces is a remark, such as {request}.
        if (string.IsNullOrEmpty(unit) || unit[0] == '{') return "";
        if (unit == "1") return kind == MetricKind.Gauge ? "ratio" : "";

        var slash = unit.IndexOf('/', StringComparison.Ordinal);
        if (slash < 0) return Word(unit);
        var per = unit[(slash + 1)..].Trim('{', '}');
        var what = unit[..slash];
        return (what[0] == '{' ? "" : Word(what) + "_") + "per_" + Word(per);
    }

    private static string Word(string unit) => unit switch
    {
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "min" => "minutes",
        "h" => "hours",
        "d" => "days",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "%" => "percent",
        "Cel" => "celsius",
        "m" => "meters",
        "g" => "grams",
        "V" => "volts",
        "A" => "amperes",
        "W" => "watts",
        "Hz" => "hertz",
        _ => Clean(unit),
    };

    private static string Clean(string name)
    {
        var clean = new StringBuilder(name.Length + 1);
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                if (clean.Length == 0 && char.IsAsciiDigit(c)) clean.Append('_');
                clean.Append(c);
            }
            else if (clean.Length > 0 && clean[^1] != '_')
            {
                clean.Append('_');
            }
        }

        return clean.Length == 0 ? "unnamed" : clean.ToString().TrimEnd('_');
    }
}
