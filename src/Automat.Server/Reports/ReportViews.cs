namespace Automat.Server.Reports;

/// <summary>A view somebody has kept.</summary>
/// <param name="Id">Which.</param>
/// <param name="Name">What it is called.</param>
/// <param name="Address">Where it leads now.</param>
/// <param name="Rhythm">How often it comes by mail, as the name of a text; null for never.</param>
public sealed record SavedView(Guid Id, string Name, string Address, string? Rhythm);

/// <summary>The page of a report.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Period">Of which days.</param>
/// <param name="Report">What it says; null where the days could not be read.</param>
/// <param name="Saved">The reader's own views.</param>
public sealed record ReportView(ReportKind Kind, Period Period, Report? Report, IReadOnlyList<SavedView> Saved)
{
    /// <summary>Texts by field that could not be.</summary>
    public IReadOnlyDictionary<string, string> Wrong { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether the reader is a person, who may keep views.</summary>
    public bool MaySave { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>So many rows a page shows; a file has them all.</summary>
    public const int Size = 100;

    /// <summary>Which page of the rows, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>The rows this page shows.</summary>
    public IEnumerable<ReportRow> Rows => Report?.Rows.Skip((Page - 1) * Size).Take(Size) ?? [];

    /// <summary>The address of this report as a file.</summary>
    public string As(string format) => $"{ReportAddress.Of(Kind, Period)}&format={format}";

    /// <summary>The address of another page of its rows.</summary>
    public string At(int page) => ReportAddress.Of(Kind, Period) + (page > 1 ? $"&page={page}" : "");
}

/// <summary>Addresses of reports.</summary>
public static class ReportAddress
{
    /// <summary>The page of all reports.</summary>
    public const string Root = "/panel/reports";

    /// <summary>A report of some days.</summary>
    public static string Of(ReportKind kind, Period period) =>
        $"{Root}?kind={kind.ToString().ToLowerInvariant()}&from={period.From:yyyy-MM-dd}&to={period.To:yyyy-MM-dd}";
}
