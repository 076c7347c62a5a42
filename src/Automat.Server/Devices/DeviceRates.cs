using System.Collections.Concurrent;

namespace Automat.Server.Devices;

/// <summary>
/// How often one machine may ask, and how often one address may sign wrongly. Counted in memory in slices of ten seconds: a
/// count is dropped with its slice, so that what was never heard again is forgotten.
/// </summary>
public sealed class DeviceRates
{
    private const int SliceSeconds = 10;

    private const int MostNames = 100_000;

    private readonly int perSlice;
    private readonly TimeProvider clock;
    private Slice current = new(0);

    /// <summary>Made by the container; <c>Automat:RateLimits:Factor</c> multiplies the limit.</summary>
    public DeviceRates(IConfiguration configuration, TimeProvider clock)
    {
        this.clock = clock;
        var factor = Math.Max(1, configuration.GetValue("Automat:RateLimits:Factor", 1));
        PerMinute = PerMinuteByDefault * factor;
        perSlice = Math.Max(1, PerMinute / (60 / SliceSeconds));
    }

    /// <summary>Ten a second: a machine with a busy bus needs less than one.</summary>
    private const int PerMinuteByDefault = 600;

    /// <summary>Requests one machine may make in a minute.</summary>
    public int PerMinute { get; }

    /// <summary>Seconds to wait when it is too much; null when it may go on.</summary>
    public int? Count(string name)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var slice = Volatile.Read(ref current);
        if (slice.Number != now / SliceSeconds)
        {
            var next = new Slice(now / SliceSeconds);
            var before = Interlocked.CompareExchange(ref current, next, slice);
            slice = before == slice ? next : before;
        }

        var wait = SliceSeconds - (int)(now % SliceSeconds);
        if (slice.Counts.TryGetValue(name, out var counter)) return counter.Increment() > perSlice ? wait : null;
        if (slice.Names.Increment() > MostNames) return wait;
        return slice.Counts.GetOrAdd(name, static _ => new Counter()).Increment() > perSlice ? wait : null;
    }

    private sealed record Slice(long Number)
    {
        public ConcurrentDictionary<string, Counter> Counts { get; } = new(StringComparer.Ordinal);

        /// <summary>Counted here, because asking the dictionary would lock all of it.</summary>
        public Counter Names { get; } = new();
    }

    private sealed class Counter
    {
        private int value;

        public int Increment() => Interlocked.Increment(ref value);
    }
}
