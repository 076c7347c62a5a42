using Automat.Domain;

namespace Automat.Server.Ledger;

/// <summary>Which ledgers, and from where.</summary>
/// <param name="Organization">Id or name of an organisation; null for all.</param>
/// <param name="From">Number of the first entry; what lies before is taken as it is.</param>
public sealed record LedgerScope(string? Organization = null, long From = 1);

/// <summary>What verification found in one organisation's ledger.</summary>
/// <param name="Organization">Whose ledger.</param>
/// <param name="Name">The organisation's name, or its id where it has none.</param>
/// <param name="Entries">Entries that were read and found in order.</param>
/// <param name="Head">Chain hash of the last of these; what was given as the start if there are none.</param>
/// <param name="Break">What is wrong first, or null.</param>
public sealed record LedgerVerdict(
    Id<Organization> Organization, string Name, long Entries, ReadOnlyMemory<byte> Head, LedgerBreak? Break)
{
    /// <summary>Nothing was found wrong.</summary>
    public bool IsUnbroken => Break is null;
}

/// <summary>The first thing that is wrong in a ledger.</summary>
/// <param name="Sequence">The row; null where no single row can be blamed, as for a balance.</param>
/// <param name="Code">What, as a stable word of <see cref="LedgerBreakCode"/>.</param>
/// <param name="Reason">The same in a sentence.</param>
public sealed record LedgerBreak(long? Sequence, string Code, string Reason);

/// <summary>How far verification or an export has come.</summary>
/// <param name="Name">The organisation's name.</param>
/// <param name="Sequence">The entry last read.</param>
/// <param name="Last">The newest entry.</param>
public sealed record LedgerProgress(string Name, long Sequence, long Last);

/// <summary>The stable words for what can be wrong.</summary>
public static class LedgerBreakCode
{
    /// <summary>A number is missing: the row was removed.</summary>
    public const string RowMissing = "row_missing";

    /// <summary>A row has a number no entry can have.</summary>
    public const string RowUnexpected = "row_unexpected";

    /// <summary>The payload does not hash to the stored hash: one of the two was changed.</summary>
    public const string PayloadChanged = "payload_changed";

    /// <summary>The row does not follow the row before it: a row was changed, swapped or put in.</summary>
    public const string LinkBroken = "link_broken";

    /// <summary>The chain hash does not come from the row: timestamp, nonce or chain hash was changed.</summary>
    public const string ChainChanged = "chain_changed";

    /// <summary>The payload is not in canonical form, so the product did not write it.</summary>
    public const string PayloadNotCanonical = "payload_not_canonical";

    /// <summary>A column says something else than the payload.</summary>
    public const string ColumnsDiffer = "columns_differ";

    /// <summary>The postings do not sum to zero.</summary>
    public const string Unbalanced = "unbalanced";

    /// <summary>The timestamp lies before 1970 or more than a day ahead.</summary>
    public const string TimestampInvalid = "timestamp_invalid";

    /// <summary>A chip spent more than it had.</summary>
    public const string ChipOverdrawn = "chip_overdrawn";

    /// <summary>The organisation's head row is gone, or names no organisation.</summary>
    public const string HeadMissing = "head_missing";

    /// <summary>The head names newer entries than there are: the tail was cut off.</summary>
    public const string TailMissing = "tail_missing";

    /// <summary>There are newer entries than the head names.</summary>
    public const string RowBeyondHead = "row_beyond_head";

    /// <summary>The head does not name the newest row's chain hash: the head or the chain was changed.</summary>
    public const string HeadDiffers = "head_differs";

    /// <summary>An account's balance is not the sum of its postings.</summary>
    public const string BalanceDiffers = "balance_differs";

    /// <summary>The money held is not that of the open sales.</summary>
    public const string HeldDiffers = "held_differs";

    /// <summary>All accounts of a currency do not sum to zero.</summary>
    public const string TrialBalance = "trial_balance";
}
