using System.Globalization;

namespace Automat.Server.Platform;

/// <summary>
/// Writes CSV files (RFC 4180) that people open in spreadsheets: texts quoted, numbers plain, and nothing that somebody wrote
/// into a name is run as a formula.
/// </summary>
public static class Csv
{
    /// <summary>A line of cells: texts, whole numbers, times.</summary>
    public static string Line(params ReadOnlySpan<object?> cells)
    {
        var line = new string[cells.Length];
        for (var i = 0; i < cells.Length; i++) line[i] = Any(cells[i]);
        return string.Join(',', line) + "\r\n";
    }

    /// <summary>A text as a cell, quoted; nothing for nothing.</summary>
    public static string Cell(string? text) =>
        string.IsNullOrEmpty(text) ? "" : $"\"{Guarded(text).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>
    /// A text that is not empty, and is no formula: a spreadsheet takes what begins with one of these characters for one; an
    /// apostrophe before it keeps it a text.
    /// </summary>
    public static string Guarded(string text) =>
        text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? "'" + text : text;

    private static string Any(object? cell) => cell switch
    {
        null => "",
        long number => number.ToString(CultureInfo.InvariantCulture),
        DateTimeOffset at => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        var other => Cell(other.ToString()),
    };
}
