using Automat.Server.Storefront;

namespace Automat.Server.Reports;

/// <summary>What a cell holds.</summary>
public enum CellKind
{
    /// <summary>A text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Count,

    /// <summary>An amount of money.</summary>
    Money,

    /// <summary>A change in percent.</summary>
    Change,

    /// <summary>A part of something, in percent.</summary>
    Share,

    /// <summary>Hours, or pieces that are no whole ones.</summary>
    Fraction,

    /// <summary>A weight in kilograms.</summary>
    Weight,
}

/// <summary>A column of a report.</summary>
/// <param name="Title">The name of the text above it.</param>
/// <param name="Kind">What it holds.</param>
public sealed record ReportColumn(string Title, CellKind Kind)
{
    /// <summary>The name of the text that stands on the page where a cell of it is null; null for a dash.</summary>
    public string? Missing { get; init; }
}

/// <summary>A part of something.</summary>
/// <param name="Percent">In percent.</param>
public sealed record Share(decimal Percent);

/// <summary>Hours, or pieces that are no whole ones.</summary>
/// <param name="Value">How many.</param>
public sealed record Fraction(decimal Value);

/// <summary>A weight.</summary>
/// <param name="Grams">Whole grams.</param>
public sealed record Weight(long Grams);

/// <summary>What a reader must know to read a report rightly.</summary>
/// <param name="Text">The name of the text.</param>
/// <param name="Amount">An amount it names.</param>
public sealed record ReportNote(string Text, Amount? Amount = null);

/// <summary>
/// A row of a report: a cell for each column, an <see cref="Amount"/>, a <see cref="Share"/>, a number, a text, or null for nothing.
/// </summary>
/// <param name="Cells">The cells.</param>
/// <param name="Address">Where there is more about it.</param>
public sealed record ReportRow(IReadOnlyList<object?> Cells, string? Address = null);

/// <summary>What a report's chart draws: a label, now, and before.</summary>
public sealed record ReportBar(string Label, Amount Now, Amount? Before);

/// <summary>A report, as a table and for a chart.</summary>
/// <param name="Columns">Its columns.</param>
/// <param name="Rows">Its rows; the limit is the report's own.</param>
/// <param name="Sums">A row of sums for each currency.</param>
/// <param name="Bars">What the chart draws; none where there is nothing to draw.</param>
/// <param name="IsCourse">Whether the chart is a course over time.</param>
public sealed record Report(
    IReadOnlyList<ReportColumn> Columns, IReadOnlyList<ReportRow> Rows, IReadOnlyList<ReportRow> Sums, IReadOnlyList<ReportBar> Bars,
    bool IsCourse = false)
{
    /// <summary>When the days it was made from were computed; null where it was made from the books themselves.</summary>
    public DateTimeOffset? AsOf { get; init; }

    /// <summary>Whether there were more rows than it has.</summary>
    public bool IsCut { get; init; }

    /// <summary>What must be known to read it rightly.</summary>
    public IReadOnlyList<ReportNote> Notes { get; init; } = [];
}

/// <summary>Some days, both included, and as many before them to compare with.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The last.</param>
public sealed record Period(DateOnly From, DateOnly To)
{
    /// <summary>A period has at most so many days.</summary>
    public const int Most = 1100;

    /// <summary>How many days it has.</summary>
    public int Days => To.DayNumber - From.DayNumber + 1;

    /// <summary>As many days right before.</summary>
    public Period Before => new(From.AddDays(-Days), From.AddDays(-1));

    /// <summary>So many days that end with a day.</summary>
    public static Period Last(int days, DateOnly to) => new(to.AddDays(1 - days), to);
}
