namespace Automat.Domain.Ledger;

/// <summary>
/// An entry as the rules decided it, before it has a number and a place in the chain. Its postings always sum to zero.
/// </summary>
public sealed record LedgerDraft
{
    private LedgerDraft(string kind, Currency currency, IReadOnlyList<Posting> postings, Details details)
    {
        Kind = kind;
        Currency = currency;
        Postings = postings;
        Details = details;
    }

    /// <summary>What happened, such as <c>vend.reserved</c>.</summary>
    public string Kind { get; }

    /// <summary>The one currency of all its postings.</summary>
    public Currency Currency { get; }

    /// <summary>One posting an account, none of zero, in the order the accounts were first named.</summary>
    public IReadOnlyList<Posting> Postings { get; }

    /// <summary>What else the entry says: ids, reasons, lines. Never personal data.</summary>
    public Details Details { get; }

    /// <summary>Makes an entry; postings to one account are added up and zeros dropped.</summary>
    /// <exception cref="InvalidOperationException">The postings do not sum to zero: a bug, never a user's error.</exception>
    public static LedgerDraft Of(string kind, Currency currency, Details details, params ReadOnlySpan<Posting> postings)
    {
        var merged = new List<Posting>(postings.Length);
        long sum = 0;
        foreach (var posting in postings)
        {
            sum += posting.Amount;
            var at = merged.FindIndex(p => p.Account == posting.Account);
            if (at < 0) merged.Add(posting);
            else merged[at] = posting with { Amount = merged[at].Amount + posting.Amount };
        }

        if (sum != 0) throw new InvalidOperationException($"Entry {kind} does not balance: it sums to {sum}.");
        merged.RemoveAll(p => p.Amount == 0);
        return new LedgerDraft(kind, currency, merged, details);
    }
}
