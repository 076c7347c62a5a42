using Automat.Server.Storefront;

namespace Automat.Server.Books.Desk;

/// <summary>What the reader of the ledger looks for, as typed.</summary>
/// <param name="Account">An account's name.</param>
/// <param name="Vend">A sale's id.</param>
/// <param name="From">First day.</param>
/// <param name="To">Last day.</param>
public sealed record LedgerWish(string? Account, string? Vend, string? From, string? To)
{
    /// <summary>The same as the end of an address, without what is empty.</summary>
    public string Query(params (string Key, string Value)[] more)
    {
        (string Key, string? Value)[] own = [("account", Account), ("vend", Vend), ("from", From), ("to", To)];
        return string.Join('&', own.Concat(more.Select(m => (m.Key, Value: (string?)m.Value)))
            .Where(p => !string.IsNullOrWhiteSpace(p.Value)).Select(p => $"{p.Key}={Uri.EscapeDataString(p.Value!)}"));
    }
}

/// <summary>Entries, newest first.</summary>
/// <param name="Wish">What is looked for.</param>
/// <param name="Entries">The entries.</param>
/// <param name="Older">The number older ones come before; null at the end.</param>
/// <param name="Wrong">Whether what is looked for could not be read.</param>
public sealed record LedgerView(LedgerWish Wish, IReadOnlyList<EntryLine> Entries, long? Older, bool Wrong);

/// <summary>An account of the trial balance.</summary>
public sealed record TrialLine(string Account, Amount Amount);

/// <summary>All accounts before a moment.</summary>
/// <param name="Day">The last day that counts, as typed; null for now.</param>
/// <param name="Sequence">The last entry that counts.</param>
/// <param name="Lines">By currency and name.</param>
/// <param name="Sums">What each currency comes to: zero, or the books are broken.</param>
/// <param name="At">The moment as the file's address says it; null for now.</param>
/// <param name="Wrong">Whether the day could not be read.</param>
public sealed record TrialView(
    string? Day, long Sequence, IReadOnlyList<TrialLine> Lines, IReadOnlyList<Amount> Sums, string? At, bool Wrong);

/// <summary>How a look through the ledger stands.</summary>
public enum CheckPhase
{
    /// <summary>Nobody has looked.</summary>
    Never,

    /// <summary>Somebody looks.</summary>
    Running,

    /// <summary>The server stopped meanwhile.</summary>
    Unfinished,

    /// <summary>Nothing was found wrong.</summary>
    Unbroken,

    /// <summary>Something is wrong.</summary>
    Broken,
}

/// <summary>The last look through the ledger.</summary>
/// <param name="Phase">How it stands.</param>
/// <param name="At">When it ended, or began.</param>
/// <param name="Entries">Entries found in order.</param>
/// <param name="Last">The newest entry.</param>
/// <param name="Head">Hash of the last entry found in order, to be noted elsewhere.</param>
/// <param name="BrokenAt">The first wrong row.</param>
/// <param name="Code">What is wrong, a stable word.</param>
/// <param name="Reason">The same in a sentence.</param>
public sealed record LedgerCheckView(
    CheckPhase Phase, DateTimeOffset? At, long Entries, long Last, string Head, long? BrokenAt, string? Code, string? Reason)
{
    /// <summary>How much is looked through, of a hundred.</summary>
    public long Percent => Last == 0 ? 0 : Math.Min(100, Entries * 100 / Last);
}
