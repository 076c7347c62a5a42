using Automat.Server.Panel;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Orders.Desk;

/// <summary>The columns of the list of orders, on the page and in the file.</summary>
internal static class OrderColumns
{
    public static IReadOnlyList<Column<OrderRow>> Of(IStringLocalizer<Texts> t, HttpContext reader) =>
    [
        new("number", t["Orders.Number"], row => row.Number),
        new("at", t["Orders.At"], row => reader.Moment(row.At, t["Format.Moment"])) { Sorts = true, Csv = row => row.At },
        new("what", t["Order.Lines"], row => row.What),
        new("place", t["Order.Place"], row => row.Place),
        new("state", t["Orders.State"], row => Badge(OrderWords.ToneOf(row.State), t[OrderWords.Of(row.State)]))
        {
            Csv = row => t[OrderWords.Of(row.State)].Value,
        },
        new("until", t["Order.CollectUntil"], row => row.Until is { } until ? reader.Moment(until, t["Format.Moment"]) : "–")
        {
            Csv = row => row.Until,
        },
        new("amount", t["Order.Amount"], row => row.Amount.ToString()) { Number = true, Csv = row => row.Amount.Minor },
        new("currency", t["Orders.Currency"], row => row.Amount.Currency) { Hidden = true },
    ];

    private static RenderFragment Badge(string tone, string text) => builder =>
    {
        builder.OpenComponent<Badge>(0);
        builder.AddComponentParameter(1, nameof(Panel.Badge.Tone), tone);
        builder.AddComponentParameter(2, nameof(Panel.Badge.Text), text);
        builder.CloseComponent();
    };
}
