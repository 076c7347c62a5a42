namespace Automat.Server.Payments;

/// <summary>Wakes the sender of paybacks before its next look at the table.</summary>
public sealed class PaybackSignal : IDisposable
{
    private readonly SemaphoreSlim signal = new(0, 1);

    /// <summary>Something is owed.</summary>
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

    /// <summary>Waits until something is owed, or for so long.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken ct) => signal.WaitAsync(longest, ct);

    /// <inheritdoc/>
    public void Dispose() => signal.Dispose();
}
