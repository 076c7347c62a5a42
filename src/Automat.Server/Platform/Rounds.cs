namespace Automat.Server.Platform;

/// <summary>
/// Work that is done in rounds until the server stops. A round that fails is told of and tried again in the next one; not even
/// a call that timed out ends the rounds, only the stop does. Whatever is left then is found again after the next start.
/// </summary>
public static class Rounds
{
    /// <summary>A round now, and one each time the pause is over.</summary>
    /// <param name="clock">The time.</param>
    /// <param name="pause">From one round's beginning to the next; a longer round is followed by the next at once.</param>
    /// <param name="round">The work of one round.</param>
    /// <param name="failed">Hears of a round that failed; must not throw.</param>
    /// <param name="stopping">Ends the rounds.</param>
    public static Task RunAsync(
        TimeProvider clock, TimeSpan pause, Func<CancellationToken, Task> round, Action<Exception> failed, CancellationToken stopping) =>
        RunAsync(clock, pause, round, failed, waitsFirst: false, stopping);

    /// <summary>A round each time the pause is over, the first after one pause.</summary>
    /// <inheritdoc cref="RunAsync(TimeProvider, TimeSpan, Func{CancellationToken, Task}, Action{Exception}, CancellationToken)"/>
    public static Task RunLaterAsync(
        TimeProvider clock, TimeSpan pause, Func<CancellationToken, Task> round, Action<Exception> failed, CancellationToken stopping) =>
        RunAsync(clock, pause, round, failed, waitsFirst: true, stopping);

    /// <summary>Works a queue off: round after round as long as there is more, else after somebody has been waited for.</summary>
    /// <param name="clock">The time.</param>
    /// <param name="pause">How long is waited at most, and after a round that failed.</param>
    /// <param name="round">Works off what is due; says whether there may be more.</param>
    /// <param name="wait">Waits until there may be something new, at most so long.</param>
    /// <param name="failed">Hears of a round that failed; must not throw.</param>
    /// <param name="stopping">Ends the rounds.</param>
    public static async Task WorkOffAsync(
        TimeProvider clock, TimeSpan pause, Func<CancellationToken, Task<bool>> round, Func<TimeSpan, CancellationToken, Task> wait,
        Action<Exception> failed, CancellationToken stopping)
    {
        try
        {
            while (true)
            {
                var more = false;
                if (!await TryAsync(async ct => more = await round(ct), failed, stopping)) await Task.Delay(pause, clock, stopping);
                else if (!more) await wait(pause, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private static async Task RunAsync(
        TimeProvider clock, TimeSpan pause, Func<CancellationToken, Task> round, Action<Exception> failed, bool waitsFirst,
        CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(pause, clock);
        try
        {
            if (waitsFirst) await timer.WaitForNextTickAsync(stopping);
            do
            {
                await TryAsync(round, failed, stopping);
            }
            while (await timer.WaitForNextTickAsync(stopping));
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The server stops.
        }
    }

    private static async Task<bool> TryAsync(Func<CancellationToken, Task> round, Action<Exception> failed, CancellationToken stopping)
    {
        try
        {
            await round(stopping);
            return true;
        }
        catch (Exception error) when (error is not OperationCanceledException || !stopping.IsCancellationRequested)
        {
            failed(error);
            return false;
        }
    }
}
