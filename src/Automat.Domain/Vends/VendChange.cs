using Automat.Domain.Ledger;

namespace Automat.Domain.Vends;

/// <summary>What a rule decided: the vend as it is now, the entry to book, and what else has to follow.</summary>
/// <param name="Vend">The vend after the change.</param>
/// <param name="News">Whether anything changed: machines repeat themselves, and hearing it again changes nothing.</param>
/// <param name="Entry">The entry to book; null where no money moved.</param>
/// <param name="Payback">Minor units the provider still has to give back to the customer.</param>
public readonly record struct VendChange(Vend Vend, bool News, LedgerDraft? Entry = null, long Payback = 0)
{
    /// <summary>Minor units the customer comes to owe: goods taken that no money was held for.</summary>
    public long Debt { get; init; }

    /// <summary>Nothing new.</summary>
    public static VendChange Nothing(Vend vend) => new(vend, News: false);
}
