using System.Globalization;

namespace Automat.Server.Books;

/// <summary>Lines of a CSV file (RFC 4180): texts quoted, numbers plain.</summary>
internal static class Csv
{
    /// <summary>Joins cells to a line.</summary>
    public static string Line(params ReadOnlySpan<object?> cells)
    {
        var line = new System.Text.StringBuilder();
        foreach (var cell in cells)
        {
            if (line.Length > 0) line.Append(',');
            line.Append(Cell(cell));
        }

        return line.Append("\r\n").ToString();
    }

    // A spreadsheet takes what begins with one of these characters for a formula; an apostrophe keeps it a text.
    private static string Cell(object? cell) => cell switch
    {
        null => "",
        long number => number.ToString(CultureInfo.InvariantCulture),
        DateTimeOffset at => at.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture),
        var other => Quoted(other.ToString() ?? ""),
    };

    private static string Quoted(string text)
    {
        if (text.Length == 0) return "";
        var guarded = text[0] is '=' or '+' or '-' or '@' or '\t' or '\r' or '\n' ? "'" + text : text;
        return $"\"{guarded.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }
}
