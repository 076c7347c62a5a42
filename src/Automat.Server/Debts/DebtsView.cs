using Automat.Domain.Holds;
using Automat.Server.Panel;
using Automat.Server.Storefront;

namespace Automat.Server.Debts;

/// <summary>Names this module's texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;

/// <summary>A debt in the list.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Vend">The sale it came from.</param>
/// <param name="Machine">The machine's name.</param>
/// <param name="Amount">What is owed; for one that is paid, what was paid.</param>
/// <param name="Reason">Name of the text that says how it came to be owed.</param>
/// <param name="Status">Where it is.</param>
/// <param name="Declines">How often the card was declined.</param>
/// <param name="Error">What the provider said last, in its stable word.</param>
/// <param name="NextAttemptAt">When the card is tried next; null when the customer has to pay by hand, or nothing is due.</param>
/// <param name="CreatedAt">Since when.</param>
/// <param name="EndedAt">When it was paid or given up.</param>
public sealed record DebtRow(
    string Id, string Vend, string Machine, Amount Amount, string Reason, DebtStatus Status, int Declines, string? Error,
    DateTimeOffset? NextAttemptAt, DateTimeOffset CreatedAt, DateTimeOffset? EndedAt)
{
    /// <summary>Whether it can be given up.</summary>
    public bool IsOwed => Status is DebtStatus.Owed;
}

/// <summary>What customers owe.</summary>
/// <param name="Page">One page of the list.</param>
/// <param name="Owed">All that is owed, one amount for each currency.</param>
/// <param name="Owing">How many debts that is.</param>
public sealed record DebtsView(ListPage<DebtRow> Page, IReadOnlyList<Amount> Owed, int Owing)
{
    /// <summary>Whether the reader may give a debt up.</summary>
    public bool MayGiveUp { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>What was refused, as the name of a text.</summary>
    public string? Error { get; init; }
}
