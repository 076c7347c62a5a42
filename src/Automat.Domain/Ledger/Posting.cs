namespace Automat.Domain.Ledger;

/// <summary>One side of an entry: an account and what it is credited with (negative: debited).</summary>
/// <param name="Account">Its name, see <see cref="Accounts"/>.</param>
/// <param name="Amount">Minor units of the entry's currency.</param>
public readonly record struct Posting(string Account, long Amount);
