namespace Automat.Server.Payments;

/// <summary>Wakes those who move money at the provider: of paybacks, of holds, of debts.</summary>
public sealed class PaybackSignal : IDisposable
{
    /// <summary>Holds to be captured or released.</summary>
    public WakeUp Holds { get; } = new();

    /// <summary>Debts to be charged.</summary>
    public WakeUp Debts { get; } = new();

    private WakeUp Paybacks { get; } = new();

    /// <summary>Something is owed to a customer.</summary>
    public void Wake() => Paybacks.Wake();

    /// <summary>Waits until something is owed to a customer, or for so long.</summary>
    public Task WaitAsync(TimeSpan longest, CancellationToken ct) => Paybacks.WaitAsync(longest, ct);

    /// <inheritdoc/>
    public void Dispose()
    {
        Holds.Dispose();
        Debts.Dispose();
        Paybacks.Dispose();
    }
}
