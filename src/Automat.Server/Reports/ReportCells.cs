using System.Globalization;
using System.Text;
using Automat.Domain.Goods;
using Automat.Server.Reports.Sheets;
using Automat.Server.Storefront;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Reports;

/// <summary>A report's cells: as people read them, as a file of values, as a spreadsheet.</summary>
internal static class ReportCells
{
    /// <summary>A cell as people read it.</summary>
    public static string Text(object? cell) => cell switch
    {
        null => "–",
        long number => number.ToString("N0", CultureInfo.CurrentCulture),
        int number => number.ToString("N0", CultureInfo.CurrentCulture),
        Share share => $"{share.Percent.ToString("0.#", CultureInfo.CurrentCulture)} %",
        Fraction fraction => fraction.Value.ToString("N1", CultureInfo.CurrentCulture),
        Weight weight => Weights.Text(weight.Grams, CultureInfo.CurrentCulture),
        decimal percent => $"{(percent > 0 ? "+" : "")}{percent.ToString("0.#", CultureInfo.CurrentCulture)} %",
        _ => cell.ToString() ?? "",
    };

    /// <summary>
    /// The table as CSV. Amounts are minor units, as in the API, with their currency in the last column; percents, hours and broken
    /// pieces are tenths, weights are grams, so that every number is whole.
    /// </summary>
    public static string Csv(Report report, IStringLocalizer<Texts> t)
    {
        var text = new StringBuilder(Platform.Csv.Line([.. report.Columns.Select(c => (object?)t[c.Title].Value), t["Column.Currency"].Value]));
        foreach (var row in report.Rows)
        {
            text.Append(Platform.Csv.Line(
            [
                .. row.Cells.Select(c => c switch
                {
                    Amount amount => amount.Minor,
                    int number => (long)number,
                    decimal percent => (long)(percent * 10),
                    Share share => (long)(share.Percent * 10),
                    Fraction fraction => (long)Math.Round(fraction.Value * 10),
                    Weight weight => weight.Grams,
                    _ => c,
                }),
                CurrencyOf(row),
            ]));
        }

        return text.ToString();
    }

    /// <summary>The table as a spreadsheet: amounts as decimals, with their currency in the last column.</summary>
    public static byte[] Xlsx(string name, Report report, IStringLocalizer<Texts> t) => Workbook.Of(new Sheet(
        name, [.. report.Columns.Select(c => t[c.Title].Value), t["Column.Currency"].Value],
        [
            .. report.Rows.Select(row => (IReadOnlyList<object?>)
            [
                .. row.Cells.Select(c => c switch
                {
                    Amount amount => Major(amount),
                    Share share => share.Percent,
                    Fraction fraction => fraction.Value,
                    Weight weight => (decimal)weight.Grams / Weights.Kilogram,
                    _ => c,
                }),
                CurrencyOf(row),
            ]),
        ]));

    /// <summary>An amount as people count it.</summary>
    public static decimal Major(Amount amount) => amount.Minor / amount.Digits switch { 0 => 1m, 3 => 1000m, _ => 100m };

    private static string? CurrencyOf(ReportRow row) => row.Cells.OfType<Amount>().FirstOrDefault()?.Currency;
}
