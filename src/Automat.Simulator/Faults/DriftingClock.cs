namespace Automat.Simulator.Faults;

/// <summary>A machine's clock: wrong by so much, until the server tells the time.</summary>
/// <param name="right">The clock that is right.</param>
public sealed class DriftingClock(TimeProvider right) : TimeProvider
{
    private long ticksOff;

    /// <summary>How far it is ahead.</summary>
    public TimeSpan Off
    {
        get => TimeSpan.FromTicks(Interlocked.Read(ref ticksOff));
        set => Interlocked.Exchange(ref ticksOff, value.Ticks);
    }

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => right.GetUtcNow() + Off;

    /// <summary>Sets it by what the server said.</summary>
    /// <param name="unixSeconds">The server's time.</param>
    public void SetTo(long unixSeconds) => Off = DateTimeOffset.FromUnixTimeSeconds(unixSeconds) - right.GetUtcNow();
}
