using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Automat.Server.Observability;

/// <summary>All series of one instrument: one cell for each set of tags, and never more than a limit.</summary>
internal sealed class MetricSeries
{
    /// <summary>The most series one instrument may have; what comes later is counted together in one.</summary>
    public const int Limit = 500;

    // Spellings of tags, not series: the same tags in another order are one series more here.
    private const int SpellingLimit = 4 * Limit;

    private readonly Lock _gate = new();
    private readonly ConcurrentDictionary<Tag[], MetricCell> _bySpelling = new(TagSpelling.Comparer);
    private readonly Dictionary<string, MetricCell> _byLabels = new(StringComparer.Ordinal);
    private readonly double[] _bounds;
    private MetricCell? _overflow;
    private long _round;

    public MetricSeries(Instrument instrument)
    {
        Instrument = instrument;
        (Kind, Adds) = Classify(instrument);
        _bounds = Kind == MetricKind.Histogram ? HistogramBounds.Of(instrument) : [];
    }

    public Instrument Instrument { get; }

    public MetricKind Kind { get; }

    /// <summary>Upper bounds of a histogram's buckets, ascending.</summary>
    public IReadOnlyList<double> Bounds => _bounds;

    /// <summary>Whether a measurement is a change rather than the whole value.</summary>
    public bool Adds { get; }

    public void Record(double value, ReadOnlySpan<Tag> tags)
    {
        var cell = Find(tags);
        lock (cell)
        {
            cell.Round = Volatile.Read(ref _round);
            if (Kind == MetricKind.Histogram) cell.Observe(value, _bounds);
            else if (Adds) cell.Value += value;
            else cell.Value = value;
        }
    }

    /// <summary>Begins a round of asking observable instruments; series not told anew in it are gone.</summary>
    public void BeginRound() => Interlocked.Increment(ref _round);

    /// <summary>A copy of every series that is still alive, by its labels.</summary>
    public IEnumerable<(string Labels, MetricCell Cell)> Snapshot()
    {
        List<KeyValuePair<string, MetricCell>> cells;
        lock (_gate) cells = [.. _byLabels];
        foreach (var (labels, cell) in cells)
        {
            lock (cell)
            {
                if (Instrument.IsObservable && cell.Round != Volatile.Read(ref _round)) continue;
                yield return (labels, cell.Copy());
            }
        }
    }

    private MetricCell Find(ReadOnlySpan<Tag> tags)
    {
        // No allocation here: this runs for every request.
        var spellings = _bySpelling.GetAlternateLookup<ReadOnlySpan<Tag>>();
        return spellings.TryGetValue(tags, out var cell) ? cell : Add(tags);
    }

    private MetricCell Add(ReadOnlySpan<Tag> tags)
    {
        var labels = PrometheusNames.Labels(tags);
        lock (_gate)
        {
            if (!_byLabels.TryGetValue(labels, out var cell))
            {
                cell = _byLabels.Count < Limit ? new MetricCell(_bounds.Length) : Overflow();
                if (cell != _overflow) _byLabels.Add(labels, cell);
            }

            if (_bySpelling.Count < SpellingLimit) _bySpelling.TryAdd(tags.ToArray(), cell);
            return cell;
        }
    }

    private MetricCell Overflow()
    {
        if (_overflow is null)
        {
            _overflow = new MetricCell(_bounds.Length);
            _byLabels.Add("overflow=\"true\"", _overflow);
        }

        return _overflow;
    }

    private static (MetricKind Kind, bool Adds) Classify(Instrument instrument)
    {
        var type = instrument.GetType();
        var kind = type.IsGenericType ? type.GetGenericTypeDefinition() : type;
        if (kind == typeof(Counter<>)) return (MetricKind.Counter, true);
        if (kind == typeof(ObservableCounter<>)) return (MetricKind.Counter, false);
        if (kind == typeof(UpDownCounter<>)) return (MetricKind.Gauge, true);
        return kind == typeof(Histogram<>) ? (MetricKind.Histogram, false) : (MetricKind.Gauge, false);
    }

    /// <summary>Compares tags as they are written down, without copying them.</summary>
    private sealed class TagSpelling : IEqualityComparer<Tag[]>, IAlternateEqualityComparer<ReadOnlySpan<Tag>, Tag[]>
    {
        public static readonly TagSpelling Comparer = new();

        public Tag[] Create(ReadOnlySpan<Tag> alternate) => alternate.ToArray();

        public bool Equals(Tag[]? x, Tag[]? y) => x is not null && y is not null && Equals(x.AsSpan(), y);

        public bool Equals(ReadOnlySpan<Tag> alternate, Tag[] other)
        {
            if (alternate.Length != other.Length) return false;
            for (var i = 0; i < other.Length; i++)
            {
                if (alternate[i].Key != other[i].Key || !Equals(alternate[i].Value, other[i].Value)) return false;
            }

            return true;
        }

        public int GetHashCode([DisallowNull] Tag[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<Tag> alternate)
        {
            var hash = default(HashCode);
            foreach (var (key, value) in alternate)
            {
                hash.Add(key, StringComparer.Ordinal);
                hash.Add(value);
            }

            return hash.ToHashCode();
        }
    }
}
