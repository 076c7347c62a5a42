using Automat.Domain.Vends;
using Automat.Server.Storefront;

namespace Automat.Server.Books;

/// <summary>Names this module's texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;

/// <summary>A chip's statement as staff see it.</summary>
/// <param name="Chip">The chip's id.</param>
/// <param name="Label">What staff call it.</param>
/// <param name="Credit">What stands on it after the newest line shown; null before anything was booked.</param>
/// <param name="Lines">The newest entries, newest first.</param>
/// <param name="Older">Where the older ones begin; null when these are all.</param>
public sealed record ChipStatementView(string Chip, string Label, Amount? Credit, IReadOnlyList<StatementLine> Lines, long? Older)
{
    /// <summary>Whether these are not the newest ones.</summary>
    public bool IsOlder { get; init; }
}

/// <summary>Which text says what a kind of entry means for a chip.</summary>
internal static class KindTexts
{
    /// <summary>Which text names a kind of entry; null for kinds that need none.</summary>
    public static string? Of(StatementLine line) => line.Kind switch
    {
        "vend.cancelled" when line.Reason == VendRules.Credited => "Kind.Credited",
        "chip.topped_up" => "Kind.ToppedUp",
        "chip.credit_expired" => "Kind.Expired",
        "chip.top_up_returned" => "Kind.TopUpReturned",
        "chip.moved" => "Kind.Moved",
        "vend.reserved" => "Kind.Reserved",
        "vend.committed" => "Kind.Committed",
        "vend.committed_late" => "Kind.Late",
        "vend.cancelled" => "Kind.Cancelled",
        "vend.refunded" => "Kind.Refunded",
        _ => null,
    };
}
