using System.Collections.Concurrent;

namespace Automat.Simulator.Running;

/// <summary>What is counted while machines run.</summary>
public enum Count
{
    /// <summary>Sales the machines delivered, of any tender.</summary>
    Delivered,

    /// <summary>Reservations for chips that were approved.</summary>
    Reserved,

    /// <summary>Vends that ended without goods.</summary>
    Failed,

    /// <summary>Cash sales.</summary>
    Cash,

    /// <summary>Payments on pay pages.</summary>
    Paid,

    /// <summary>Cards that were declined.</summary>
    Declined,

    /// <summary>Customers who left without paying.</summary>
    Left,

    /// <summary>Customers whose page said that their money goes back.</summary>
    Refunded,

    /// <summary>Commits the server booked as late.</summary>
    Late,

    /// <summary>Questions without an answer, whether lost by design or by accident.</summary>
    Silence,

    /// <summary>Trouble nobody asked for: connections refused, answers with 5xx.</summary>
    Errors,

    /// <summary>Clocks set by the server's time.</summary>
    ClocksSet,

    /// <summary>Machines that came back from a power cut.</summary>
    Restarts,
}

/// <summary>The figures of a run; safe to touch from anywhere.</summary>
public sealed class Figures
{
    private readonly long[] counts = new long[Enum.GetValues<Count>().Length];
    private readonly ConcurrentDictionary<string, long> refused = new(StringComparer.Ordinal);
    private long open;

    /// <summary>How long reserving took, as the machine saw it.</summary>
    public Latencies Reserve { get; } = new();

    /// <summary>How long committing took.</summary>
    public Latencies Commit { get; } = new();

    /// <summary>How long it took from a customer's order to the pay page.</summary>
    public Latencies Order { get; } = new();

    /// <summary>Sales the simulated side knows to be open.</summary>
    public long Open => Interlocked.Read(ref open);

    /// <summary>Refusals by their code.</summary>
    public IReadOnlyDictionary<string, long> Refused => refused.OrderBy(r => r.Key, StringComparer.Ordinal)
        .ToDictionary(r => r.Key, r => r.Value, StringComparer.Ordinal);

    /// <summary>A figure.</summary>
    public long Of(Count what) => Interlocked.Read(ref counts[(int)what]);

    /// <summary>One more.</summary>
    public void Add(Count what) => Interlocked.Increment(ref counts[(int)what]);

    /// <summary>The server refused with a stable word.</summary>
    public void Refuse(string code) => refused.AddOrUpdate(code, 1, static (_, before) => before + 1);

    /// <summary>A sale begins.</summary>
    public void Opened() => Interlocked.Increment(ref open);

    /// <summary>A sale is over, one way or the other.</summary>
    public void Closed() => Interlocked.Decrement(ref open);
}

/// <summary>Times that were measured; the newest million of them.</summary>
public sealed class Latencies
{
    private const int Most = 1_000_000;
    private readonly Lock gate = new();
    private readonly List<float> milliseconds = [];
    private int next;

    /// <summary>How many there are.</summary>
    public int Taken
    {
        get
        {
            lock (gate) return milliseconds.Count;
        }
    }

    /// <summary>One more.</summary>
    public void Add(TimeSpan time)
    {
        lock (gate)
        {
            if (milliseconds.Count < Most) milliseconds.Add((float)time.TotalMilliseconds);
            else milliseconds[next++ % Most] = (float)time.TotalMilliseconds;
        }
    }

    /// <summary>The time so many of a hundred did not exceed, in milliseconds; null when none was measured.</summary>
    public double? Percentile(double percent)
    {
        lock (gate)
        {
            if (milliseconds.Count == 0) return null;
            var sorted = milliseconds.Order().ToList();
            return sorted[Math.Clamp((int)Math.Ceiling(sorted.Count * percent / 100) - 1, 0, sorted.Count - 1)];
        }
    }
}
