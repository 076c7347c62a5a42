using Automat.Domain;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Reports;

/// <summary>Makes any report, in the language of whoever asks.</summary>
internal sealed class MakeReport(DayReports days, BookReports books, CashReport cash, SoldOutReport soldOut, IStringLocalizer<Texts> t)
{
    /// <summary>Makes it.</summary>
    /// <param name="organization">Whose.</param>
    /// <param name="kind">Which.</param>
    /// <param name="period">Of which days.</param>
    /// <param name="startOf">When a day begins for the reader.</param>
    /// <param name="ct">Gives up.</param>
    public async Task<Report> RunAsync(
        Id<Organization> organization, ReportKind kind, Period period, Func<DateOnly, DateTimeOffset> startOf, CancellationToken ct)
    {
        var made = kind switch
        {
            ReportKind.SoldOut => await soldOut.MakeAsync(organization, period, startOf, ct),
            ReportKind.Cash => await cash.MakeAsync(organization, period, startOf, ct),
            ReportKind.Failures or ReportKind.Settlement or ReportKind.Credit => await books.MakeAsync(organization, kind, period, ct),
            _ => await days.MakeAsync(organization, kind, period, ct),
        };
        // Kinds of money are told by the names of texts.
        return kind is ReportKind.Tenders
            ? made with { Rows = [.. made.Rows.Select(Named)], Bars = [.. made.Bars.Select(b => b with { Label = t[b.Label] })] }
            : made;
    }

    private ReportRow Named(ReportRow row) => row with { Cells = [t[(string)row.Cells[0]!].Value, .. row.Cells.Skip(1)] };
}
