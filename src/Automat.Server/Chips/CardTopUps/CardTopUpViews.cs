using Automat.Server.Storefront;

namespace Automat.Server.Chips.CardTopUps;

/// <summary>What the holder sees who comes back from the pay page.</summary>
/// <param name="Status">Where it is; null when nothing was paid and the page was left.</param>
/// <param name="Amount">What is paid; null when the page was left.</param>
public sealed record PaidCreditView(CardTopUpStatus? Status, Amount? Amount);

/// <summary>A top-up in the list.</summary>
/// <param name="Id">Leads to it.</param>
/// <param name="Status">Where it is.</param>
/// <param name="Amount">What is paid.</param>
/// <param name="CreatedAt">When it was opened.</param>
public sealed record CardTopUpLine(string Id, CardTopUpStatus Status, Amount Amount, DateTimeOffset CreatedAt);

/// <summary>Opening a top-up at the desk, and the latest ones of a chip.</summary>
/// <param name="Chip">The chip's id.</param>
/// <param name="Label">What staff call it.</param>
/// <param name="Currency">What amounts are in.</param>
/// <param name="Lines">The latest, newest first.</param>
public sealed record CardTopUpsView(string Chip, string Label, string Currency, IReadOnlyList<CardTopUpLine> Lines)
{
    /// <summary>Kept by a form that is sent again, so that it opens one page.</summary>
    public string Key { get; init; } = Guid.CreateVersion7().ToString();

    /// <summary>What was typed.</summary>
    public string Typed { get; init; } = "";

    /// <summary>What is wrong with it, as the name of a text.</summary>
    public string? Wrong { get; init; }
}

/// <summary>One top-up at the desk: what the holder scans, and whether it is paid.</summary>
/// <param name="Chip">The chip's id.</param>
/// <param name="Label">What staff call it.</param>
/// <param name="Line">The top-up.</param>
/// <param name="Url">The pay page; null when it cannot be paid any more.</param>
/// <param name="Picture">The pay page's address as a QR code, for an <c>img</c>.</param>
public sealed record CardTopUpView(string Chip, string Label, CardTopUpLine Line, string? Url, string? Picture);

/// <summary>Which text says where a top-up is.</summary>
internal static class CardTopUpTexts
{
    public static string Of(CardTopUpStatus status) => status switch
    {
        CardTopUpStatus.Open => "Credit.Open",
        CardTopUpStatus.Paid => "Credit.Paid",
        CardTopUpStatus.Closed => "Credit.Closed",
    };
}
