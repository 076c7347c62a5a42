namespace Automat.Server.Reports;

/// <summary>A piece of time a slot stood empty.</summary>
/// <param name="From">From when.</param>
/// <param name="To">Until when.</param>
/// <param name="Missed">What it would have sold, estimated.</param>
internal sealed record EmptySpan(DateTimeOffset From, DateTimeOffset To, double Missed);

/// <summary>
/// The rule of what an empty slot misses: the time it stands empty, times how fast it sold while there was something in it. The
/// last weeks count most. A slot that has had goods for less than a day tells nothing yet, and misses nothing.
/// </summary>
internal static class SoldOutRule
{
    private const double HalfLife = 14 * 86_400d;
    private const double LeastKnown = 86_400d;

    /// <summary>Pieces in a second, while there is something in it.</summary>
    /// <param name="stockedSeconds">How long there was something in it.</param>
    /// <param name="pieces">What it sold in that time.</param>
    public static double PaceOf(double stockedSeconds, double pieces) => stockedSeconds < LeastKnown ? 0 : pieces / stockedSeconds;

    /// <summary>The same slot after its goods moved, and the time it stood empty until then; null where it did not.</summary>
    /// <param name="clock">The slot before.</param>
    /// <param name="at">When.</param>
    /// <param name="quantity">Pieces that came; below nothing, pieces that left.</param>
    /// <param name="product">What moved.</param>
    /// <param name="isSale">Whether a customer took them.</param>
    /// <param name="isLayout">Whether the slot was given other goods, or taken away.</param>
    public static (SlotClock After, EmptySpan? Empty) Move(
        SlotClock clock, DateTimeOffset at, int quantity, Guid product, bool isSale, bool isLayout)
    {
        var (after, empty) = (clock, (EmptySpan?)null);
        if (clock.Since is { } since && at > since)
        {
            var seconds = (at - since).TotalSeconds;
            if (clock.Level > 0)
            {
                var fading = Math.Pow(0.5, seconds / HalfLife);
                after = clock with
                {
                    StockedSeconds = (clock.StockedSeconds * fading) + (HalfLife / Math.Log(2) * (1 - fading)),
                    Pieces = clock.Pieces * fading,
                };
            }
            else
            {
                empty = new EmptySpan(since, at, PaceOf(clock.StockedSeconds, clock.Pieces) * seconds);
            }
        }

        // Other goods sell at their own pace.
        if (product != clock.ProductId && quantity > 0) after = after with { ProductId = product, StockedSeconds = 0, Pieces = 0 };
        var level = clock.Level + quantity;
        return (after with
        {
            Level = level,
            Pieces = after.Pieces + (isSale && quantity < 0 ? -quantity : 0),
            // A slot whose goods were taken out of the range is not looked at until it has some again.
            Since = level <= 0 && isLayout ? null : clock.Since is { } before && before > at ? before : at,
        }, empty);
    }

    /// <summary>A piece of time day by day, with its share of what was missed.</summary>
    public static IEnumerable<(DateOnly Day, double Seconds, double Missed)> ByDay(EmptySpan span, TimeZoneInfo zone)
    {
        var whole = (span.To - span.From).TotalSeconds;
        for (var from = span.From; from < span.To;)
        {
            var local = TimeZoneInfo.ConvertTime(from, zone);
            var next = Midnight(DateOnly.FromDateTime(local.DateTime).AddDays(1), zone);
            var to = next <= from || next > span.To ? span.To : next;
            var seconds = (to - from).TotalSeconds;
            yield return (DateOnly.FromDateTime(local.DateTime), seconds, span.Missed * seconds / whole);
            from = to;
        }
    }

    private static DateTimeOffset Midnight(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        // Where a clock skips midnight, the day begins an hour later.
        if (zone.IsInvalidTime(local)) local = local.AddHours(1);
        return new DateTimeOffset(local, zone.GetUtcOffset(local));
    }
}
