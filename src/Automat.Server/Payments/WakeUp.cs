namespace Automat.Server.Payments;

/// <summary>Wakes a sender before its next look at its table. Lost, it costs nothing but time.</summary>
public sealed class WakeUp : IDisposable
{
    private readonly SemaphoreSlim signal = new(0, 1);

    /// <summary>There is something to send.</summary>
    public void Wake()
    {
        try
        {
            if (signal.CurrentCount == 0) signal.Release();
        }
        catch (SemaphoreFullException)
        {
            // Somebody else woke it at the same moment.
        }
    }

    /// <summary>Waits until there is something, or for so long.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken ct) => signal.WaitAsync(longest, ct);

    /// <inheritdoc/>
    public void Dispose() => signal.Dispose();
}
