using System.Diagnostics.Metrics;

namespace Automat.Mqtt.Broker;

/// <summary>A counter whose sum can be read back: meters only let others listen.</summary>
internal sealed class Tally(Counter<long> counter)
{
    private long total;

    public long Total => Interlocked.Read(ref total);

    public void Add(long count)
    {
        Interlocked.Add(ref total, count);
        counter.Add(count);
    }

    public void Add(long count, KeyValuePair<string, object?> tag)
    {
        Interlocked.Add(ref total, count);
        counter.Add(count, tag);
    }
}
