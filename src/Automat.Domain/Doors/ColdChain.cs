namespace Automat.Domain.Doors;

/// <summary>
/// Whether goods were too warm for too long. Temperatures are hundredths of a degree Celsius.
/// </summary>
/// <param name="WarmSince">Since when it has been above the limit without a break; null when it is not.</param>
public readonly record struct ColdChain(DateTimeOffset? WarmSince)
{
    /// <summary>One more temperature.</summary>
    /// <param name="temperature">Hundredths of a degree.</param>
    /// <param name="limit">The highest that is fine.</param>
    /// <param name="at">When it was measured; what is older than before is not counted back.</param>
    public ColdChain Hear(int temperature, int limit, DateTimeOffset at) =>
        temperature <= limit ? new ColdChain(null) : WarmSince is null ? new ColdChain(at) : this;

    /// <summary>Whether the chain is broken: above its limit for longer than it may be.</summary>
    public bool IsBroken(TimeSpan atMost, DateTimeOffset now) => WarmSince is { } since && now - since > atMost;
}
