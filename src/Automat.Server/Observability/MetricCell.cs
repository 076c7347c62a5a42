namespace Automat.Server.Observability;

/// <summary>The numbers of one series. Whoever touches it holds its lock.</summary>
internal sealed class MetricCell(int bounds)
{
    /// <summary>The value of a counter or gauge; the sum of a histogram.</summary>
    public double Value { get; set; }

    /// <summary>How many values a histogram saw.</summary>
    public long Count { get; private set; }

    /// <summary>How many of them fell into each bucket, the one without upper bound last; not cumulative.</summary>
    public long[] Buckets { get; private init; } = bounds == 0 ? [] : new long[bounds + 1];

    /// <summary>The round in which it was last told.</summary>
    public long Round { get; set; }

    public void Observe(double value, double[] upper)
    {
        var bucket = Array.BinarySearch(upper, value);
        Buckets[bucket < 0 ? ~bucket : bucket]++;
        Count++;
        Value += value;
    }

    public MetricCell Copy() => new(0) { Value = Value, Count = Count, Buckets = [.. Buckets], Round = Round };

    /// <summary>Adds another copy of the same series, told by a second instrument of the same name.</summary>
    public void Merge(MetricCell other)
    {
        Value += other.Value;
        Count += other.Count;
        for (var i = 0; i < Buckets.Length && i < other.Buckets.Length; i++) Buckets[i] += other.Buckets[i];
    }
}
