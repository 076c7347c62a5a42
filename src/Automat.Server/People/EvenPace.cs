namespace Automat.Server.People;

/// <summary>
/// Lets answers that must not be told apart take the same time: known and unknown names cost different work, so both wait
/// until the longer of them would be done.
/// </summary>
public sealed class EvenPace(TimeProvider clock)
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(300);

    /// <summary>Starts counting.</summary>
    public long Start() => clock.GetTimestamp();

    /// <summary>Waits for what is left.</summary>
    public async Task WaitAsync(long start, CancellationToken ct)
    {
        var left = Pace - clock.GetElapsedTime(start);
        if (left > TimeSpan.Zero) await Task.Delay(left, clock, ct);
    }
}
