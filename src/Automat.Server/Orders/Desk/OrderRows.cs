using Automat.Server.Panel;
using Automat.Server.Storefront;

namespace Automat.Server.Orders.Desk;

/// <summary>An order of the list.</summary>
public sealed record OrderRow(
    Guid Id, string Number, DateTimeOffset At, string PlaceId, string Place, string What, OrderState State, Amount Amount,
    DateTimeOffset? Until);

/// <summary>The list of orders.</summary>
/// <param name="Page">The rows, and how the reader wants to see them.</param>
/// <param name="Columns">The columns, for the page and for the file.</param>
/// <param name="Places">Where orders are collected.</param>
public sealed record OrdersView(ListPage<OrderRow> Page, IReadOnlyList<Column<OrderRow>> Columns, IReadOnlyList<Choice> Places);

/// <summary>One order, as staff see it.</summary>
/// <param name="Row">Its facts.</param>
/// <param name="Lines">What was ordered.</param>
/// <param name="Path">What happened, oldest first.</param>
public sealed record OrderDeskView(OrderRow Row, IReadOnlyList<OrderLineView> Lines, IReadOnlyList<TimelineItem> Path)
{
    /// <summary>The code the customer shows; null while there is none.</summary>
    public string? Code { get; init; }

    /// <summary>The address the customer gave; null where there is none.</summary>
    public string? Email { get; init; }

    /// <summary>The chip its money becomes credit of, or became, when nobody collects it; null: it goes back.</summary>
    public string? CreditTo { get; init; }

    /// <summary>The sale it became; null before the money came.</summary>
    public Guid? Sale { get; init; }

    /// <summary>Whether the reader can say that it is put together.</summary>
    public bool MayReady { get; init; }

    /// <summary>Whether the reader can hand it over.</summary>
    public bool MayHandOver { get; init; }

    /// <summary>Whether the reader can call it off.</summary>
    public bool MayCallOff { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>What was refused, as the name of a text.</summary>
    public string? Error { get; init; }
}
