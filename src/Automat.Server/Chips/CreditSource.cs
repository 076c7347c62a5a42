using Automat.Domain;
using Automat.Domain.Ledger;

namespace Automat.Server.Chips;

/// <summary>Where credit on a chip comes from.</summary>
internal enum CreditSource
{
    /// <summary>Cash at the desk.</summary>
    Desk,

    /// <summary>A card at a terminal beside the desk.</summary>
    Card,

    /// <summary>Given by the operator; may expire.</summary>
    Free,

    /// <summary>Given each period.</summary>
    Allowance,

    /// <summary>Taken over from another system.</summary>
    Import,
}

/// <summary>The entry of a top-up: <c>source −a, chip:ID +a</c>.</summary>
internal static class CreditEntry
{
    public static LedgerDraft Of(Chip chip, Money amount, CreditSource source, string? reason) => LedgerDraft.Of(
        "chip.topped_up", amount.Currency,
        Details.None.With("chip", chip.Id.ToString()).With("reason", reason).With("source", WordOf(source)),
        new Posting(AccountOf(source), -amount.Amount), new Posting(chip.Tender.Account, amount.Amount));

    /// <summary>The account it is taken from.</summary>
    public static string AccountOf(CreditSource source) => source switch
    {
        CreditSource.Desk => Accounts.Desk,
        CreditSource.Card => Accounts.CardTerminal,
        CreditSource.Free => Accounts.Promotion,
        CreditSource.Allowance => Accounts.Allowance,
        CreditSource.Import => Accounts.Imported,
    };

    /// <summary>Its word in the books and over the wire.</summary>
    public static string WordOf(CreditSource source) => source.ToString().ToLowerInvariant();

    /// <summary>The source staff may name; null for what is none.</summary>
    public static CreditSource? Named(string? word) => word switch
    {
        null or "desk" => CreditSource.Desk,
        "card" => CreditSource.Card,
        "free" => CreditSource.Free,
        "import" => CreditSource.Import,
        _ => null,
    };
}
