using Automat.Domain;

namespace Automat.Server.Reports;

/// <summary>Names the reports' texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;

/// <summary>Which text says what of a report.</summary>
internal static class ReportTexts
{
    /// <summary>What a report is called.</summary>
    public static string Of(ReportKind kind) => kind switch
    {
        ReportKind.Days => "Report.Days",
        ReportKind.Products => "Report.Products",
        ReportKind.Machines => "Report.Machines",
        ReportKind.Locations => "Report.Locations",
        ReportKind.Tenders => "Report.Tenders",
        ReportKind.Taxes => "Report.Taxes",
        ReportKind.Failures => "Report.Failures",
        ReportKind.SoldOut => "Report.SoldOut",
        ReportKind.Cash => "Report.Cash",
        ReportKind.Settlement => "Report.Settlement",
        ReportKind.Credit => "Report.Credit",
    };

    /// <summary>What the rows of a report are of.</summary>
    public static string KeyOf(ReportKind kind) => kind switch
    {
        ReportKind.Days or ReportKind.Settlement => "Key.Day",
        ReportKind.Products => "Key.Product",
        ReportKind.Machines or ReportKind.Failures or ReportKind.SoldOut or ReportKind.Cash => "Key.Machine",
        ReportKind.Locations => "Key.Location",
        ReportKind.Tenders => "Key.Tender",
        ReportKind.Taxes => "Key.Tax",
        ReportKind.Credit => "Key.Group",
    };

    /// <summary>A kind of money.</summary>
    public static string Of(TenderKind tender) => tender switch
    {
        TenderKind.Chip => "Tender.Chip",
        TenderKind.Paid => "Tender.Paid",
        TenderKind.Authorised => "Tender.Authorised",
        TenderKind.Cash => "Tender.Cash",
        TenderKind.FreeVend => "Tender.FreeVend",
    };

    /// <summary>How often a report goes out.</summary>
    public static string Of(ReportRhythm rhythm) => rhythm switch
    {
        ReportRhythm.Never => "Rhythm.Never",
        ReportRhythm.Daily => "Rhythm.Daily",
        ReportRhythm.Weekly => "Rhythm.Weekly",
        ReportRhythm.Monthly => "Rhythm.Monthly",
    };

    /// <summary>Which days a saved report looks at.</summary>
    public static string Of(ReportSpan span) => span switch
    {
        ReportSpan.Week => "Span.Week",
        ReportSpan.Month => "Span.Month",
        ReportSpan.Quarter => "Span.Quarter",
        ReportSpan.Year => "Span.Year",
    };

    /// <summary>How many days that is.</summary>
    public static int DaysOf(ReportSpan span) => span switch
    {
        ReportSpan.Week => 7,
        ReportSpan.Month => 30,
        ReportSpan.Quarter => 90,
        ReportSpan.Year => 365,
    };
}
