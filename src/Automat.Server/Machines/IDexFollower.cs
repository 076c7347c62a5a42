namespace Automat.Server.Machines;

/// <summary>What one of a machine's audit files says of its first cashless reader.</summary>
/// <param name="At">When the file came.</param>
/// <param name="Fetched">
/// The machine's driver had just fetched it. What staff bring may have been read long before, and proves nothing of a moment.
/// </param>
/// <param name="Count">Vends the reader paid for since the controller was initialised; null where it does not count them.</param>
/// <param name="Value">What they came to, minor units of the machine's currency.</param>
public sealed record CardReading(DateTimeOffset At, bool Fetched, long? Count, long? Value);

/// <summary>Follows the counters of machines it drives, such as to clear up a sale nobody knows the end of.</summary>
public interface IDexFollower
{
    /// <summary>A driver fetched an audit file. Safe to repeat.</summary>
    /// <param name="machine">The machine; also one that another driver drives.</param>
    /// <param name="readings">The readings of its controller that count, oldest first; the last is the one just fetched.</param>
    /// <param name="ct">Gives up; the same is told again.</param>
    Task FollowAsync(Machine machine, IReadOnlyList<CardReading> readings, CancellationToken ct);
}
