using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Automat.Server.Observability;

/// <summary>
/// Listens to the meters of the framework, the database driver and our own modules from the moment it is created, and
/// tells what it heard as Prometheus text.
/// </summary>
internal sealed class MetricsCollector : IDisposable
{
    /// <summary>The meters we listen to: whole names, or the beginning up to a dot.</summary>
    private static readonly string[] _meters =
    [
        "Automat", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "Npgsql", "System.Runtime",
    ];

    private const int MaxInstruments = 1000;

    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, MetricSeries> _series = new();
    private readonly Lock _asking = new();

    public MetricsCollector()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (!IsWanted(instrument.Meter.Name) || _series.Count >= MaxInstruments) return;
            listener.EnableMeasurementEvents(instrument, _series.GetOrAdd(instrument, i => new MetricSeries(i)));
        };
        // A meter that is gone (its host has stopped) must not be told for ever.
        _listener.MeasurementsCompleted = (instrument, _) => _series.TryRemove(instrument, out MetricSeries? _);

        _listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<decimal>((_, value, tags, state) => Record(state, (double)value, tags));
        _listener.Start();
    }

    /// <summary>All numbers as they stand now, in Prometheus' text format.</summary>
    public string Expose()
    {
        // One asker at a time: a round of observable instruments belongs to one answer.
        lock (_asking)
        {
            foreach (var series in _series.Values) series.BeginRound();
            try
            {
                _listener.RecordObservableInstruments();
            }
            catch (AggregateException)
            {
                // An instrument that cannot tell now is left out of this round; the others have told.
            }

            return PrometheusText.Write(_series.Values);
        }
    }

    public void Dispose() => _listener.Dispose();

    private static bool IsWanted(string meter) => Array.Exists(_meters, wanted =>
        meter.StartsWith(wanted, StringComparison.Ordinal)
        && (meter.Length == wanted.Length || meter[wanted.Length] == '.'));

    private static void Record(object? state, double value, ReadOnlySpan<Tag> tags)
    {
        if (!double.IsNaN(value)) ((MetricSeries)state!).Record(value, tags);
    }
}
