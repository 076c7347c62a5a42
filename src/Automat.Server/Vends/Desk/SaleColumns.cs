using System.Globalization;
using Automat.Server.Panel;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Vends.Desk;

/// <summary>The columns of the list of sales, on the page and in the file.</summary>
internal static class SaleColumns
{
    public static IReadOnlyList<Column<SaleRow>> Of(IStringLocalizer<Texts> t, HttpContext reader) =>
    [
        new("at", t["Sales.At"], row => reader.Moment(row.At, t["Format.Moment"])) { Sorts = true, Csv = row => row.At },
        new("what", t["Sales.What"], row => row.What),
        new("machine", t["Sales.Machine"], row => row.MachineName),
        new("machine_id", t["Sales.MachineId"], row => row.Machine) { Hidden = true },
        new("tender", t["Sales.Tender"], row => t[SaleTexts.Of(row.Tender)].Value),
        new("status", t["Sales.Status"], row => Badge(SaleTexts.ToneOf(row.Status), Said(row, t))) { Csv = row => Said(row, t) },
        Money("amount", t["Sales.Amount"], row => row.Amount.Minor == 0 ? null : row.Amount, hidden: true),
        Money("delivered", t["Sales.Delivered"], row => row switch
        {
            { Status: Domain.Vends.VendStatus.Cancelled } => null,
            { Delivered.Minor: 0 } => row.Amount,
            _ => row.Delivered,
        }),
        Money("refunded", t["Sales.Refunded"], row => row.Refunded.Minor == 0 ? null : row.Refunded),
        new("currency", t["Sales.Currency"], row => row.Amount.Currency) { Hidden = true },
        new("reason", t["Sales.Reason"], row => row.Reason) { Hidden = true },
        new("id", t["Sales.Id"], row => row.Id.ToString("D", CultureInfo.InvariantCulture)) { Hidden = true },
    ];

    private static string Said(SaleRow row, IStringLocalizer<Texts> t) =>
        row.Late ? t["Status.Late"].Value : t[SaleTexts.Of(row.Status)].Value;

    // The file has minor units, as the API has, so that a program can add them up.
    private static Column<SaleRow> Money(string key, string title, Func<SaleRow, Storefront.Amount?> of, bool hidden = false) =>
        new(key, title, row => of(row)?.ToString() ?? "–") { Number = true, Hidden = hidden, Csv = row => of(row)?.Minor };

    private static RenderFragment Badge(string tone, string text) => builder =>
    {
        builder.OpenComponent<Badge>(0);
        builder.AddComponentParameter(1, nameof(Panel.Badge.Tone), tone);
        builder.AddComponentParameter(2, nameof(Panel.Badge.Text), text);
        builder.CloseComponent();
    };
}
