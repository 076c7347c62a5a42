namespace Automat.Server.Tests.Payments.Stripe;

/// <summary>A clock that stands still until a test moves it, and shows which waits are pending.</summary>
internal sealed class ManualClock(DateTimeOffset start) : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Pending> _pending = [];
    private DateTimeOffset _now = start;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow()
    {
        lock (_gate) return _now;
    }

    public override long GetTimestamp()
    {
        lock (_gate) return _now.Ticks;
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Pending(this, callback, state);
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits, in real time, until somebody waits on this clock for a time the test knows.</summary>
    public async Task<TimeSpan> WaitForDelayAsync(Func<TimeSpan, bool> expected)
    {
        for (var i = 0; i < 1000; i++)
        {
            lock (_gate)
            {
                foreach (var timer in _pending)
                {
                    if (expected(timer.Due - _now)) return timer.Due - _now;
                }
            }

            await Task.Delay(5);
        }

        throw new TimeoutException("Nobody waits on the clock.");
    }

    public void Advance(TimeSpan by)
    {
        List<Pending> due;
        lock (_gate)
        {
            _now += by;
            due = _pending.FindAll(timer => timer.Due <= _now);
            foreach (var timer in due) _pending.Remove(timer);
        }

        foreach (var timer in due) timer.Fire();
    }

    private sealed class Pending(ManualClock clock, TimerCallback callback, object? state) : ITimer
    {
        public DateTimeOffset Due { get; private set; }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (clock._gate)
            {
                clock._pending.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan) return true;
                Due = clock._now + dueTime;
                clock._pending.Add(this);
                return true;
            }
        }

        public void Fire() => callback(state);

        public void Dispose()
        {
            lock (clock._gate) clock._pending.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
