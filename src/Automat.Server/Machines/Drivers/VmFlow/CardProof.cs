using Automat.Domain.Meters;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>Two readings of a machine's counters between which a credit was given and was over.</summary>
/// <param name="Before">The newest before the credit.</param>
/// <param name="After">One that was asked for when nothing could come of the credit any more.</param>
/// <param name="Count">Vends the reader paid for in between.</param>
/// <param name="Value">What they came to, minor units.</param>
internal sealed record CardSpan(CardReading Before, CardReading After, long Count, long Value);

/// <summary>
/// What the machine's own counter of vends by card (<c>DA2</c>) says of a credit in doubt. Pure. It clears up what is certain and
/// says nothing of the rest: a counter that ran over or was set to zero, a file somebody brought, a reading too early.
/// </summary>
internal static class CardProof
{
    /// <summary>How long a file may have been under way: so much before it came it may have been read.</summary>
    public static TimeSpan UnderWay { get; } = TimeSpan.FromMinutes(1);

    /// <summary>The readings before and after a credit; null where there are none that prove anything.</summary>
    /// <param name="readings">Those of one controller that count, oldest first.</param>
    /// <param name="credit">The credit.</param>
    /// <param name="over">When nothing could come of it any more.</param>
    /// <param name="askedAt">When the board was last asked for the newest reading; null when it was not.</param>
    public static CardSpan? Of(
        IReadOnlyList<CardReading> readings, GivenCredit credit, DateTimeOffset over, DateTimeOffset? askedAt)
    {
        if (readings is not [.., { Fetched: true, Count: not null, Value: not null } after]) return null;
        if (askedAt is not { } asked || asked < over || after.At < asked) return null;
        var first = readings.Count - 2;
        while (first >= 0 && !(readings[first] is { Fetched: true, Count: not null } earlier && earlier.At < credit.SentAt)) first--;
        if (first < 0) return null;

        long count = 0, value = 0;
        var last = readings[first];
        foreach (var next in readings.Skip(first + 1))
        {
            if (next is not { Count: { } more, Value: { } worth }) return null; // another kind of file in between
            var (pieces, money) = (MeterStep.Between(last.Count!.Value, more), MeterStep.Between(last.Value!.Value, worth));
            if (pieces.Move is not MeterMove.Counted || money.Move is not MeterMove.Counted) return null;
            count += pieces.Amount;
            value += money.Amount;
            last = next;
        }

        return new CardSpan(readings[first], after, count, value);
    }

    /// <summary>What became of a doubt; null when the counter does not say.</summary>
    /// <param name="span">The readings.</param>
    /// <param name="soldBesides">What else was sold by card in between.</param>
    /// <param name="valueBesides">What that came to.</param>
    /// <param name="price">What the doubt is about, minor units.</param>
    public static DeliveryOutcome? Judge(CardSpan span, long soldBesides, long valueBesides, long price) =>
        (span.Count - soldBesides, span.Value - valueBesides) switch
        {
            (1, var worth) when worth == price => DeliveryOutcome.Delivered,
            (0, 0) => DeliveryOutcome.Refused,
            _ => null,
        };
}
