namespace Automat.Domain.Chips;

/// <summary>Credit that goes by itself: so much, from then until then.</summary>
/// <param name="Key">Names it.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="From">When it was given.</param>
/// <param name="Until">When it went, or will go.</param>
/// <typeparam name="TKey">Its name.</typeparam>
public sealed record FreeCredit<TKey>(TKey Key, long Amount, DateTimeOffset From, DateTimeOffset Until);

/// <summary>
/// What is left of credit that goes by itself. A purchase takes what goes first, first; what was there before or came later,
/// only when there is none of it left. So nobody has to note at each sale which credit it took.
/// </summary>
public static class FreeCreditRules
{
    /// <summary>What is left of each, given what the chip was used for since the earliest of them.</summary>
    public static IReadOnlyDictionary<TKey, long> Left<TKey>(
        IReadOnlyCollection<FreeCredit<TKey>> credits, IEnumerable<(DateTimeOffset At, long Spent)> uses)
        where TKey : notnull
    {
        var left = credits.ToDictionary(c => c.Key, c => c.Amount);
        FreeCredit<TKey>[] ordered = [.. credits.OrderBy(c => c.Until).ThenBy(c => c.From)];
        foreach (var (at, spent) in uses.OrderBy(u => u.At))
        {
            var rest = Math.Max(0, spent);
            foreach (var credit in ordered)
            {
                if (rest == 0) break;
                if (at < credit.From || at >= credit.Until) continue;
                var taken = Math.Min(rest, left[credit.Key]);
                left[credit.Key] -= taken;
                rest -= taken;
            }
        }

        return left;
    }

    /// <summary>
    /// Since when purchases matter for what is left of one credit: since it was given, or the earlier ones that were there at
    /// the same time and took purchases away from it.
    /// </summary>
    public static DateTimeOffset Since<TKey>(IReadOnlyCollection<FreeCredit<TKey>> credits, FreeCredit<TKey> of)
        where TKey : notnull
    {
        var since = of.From;
        foreach (var other in credits.OrderByDescending(c => c.From))
        {
            if (other.From < since && other.Until > since) since = other.From;
        }

        return since;
    }
}
