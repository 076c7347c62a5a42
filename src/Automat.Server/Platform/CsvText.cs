using System.Text;

namespace Automat.Server.Platform;

/// <summary>A record of a CSV file.</summary>
/// <param name="Line">The line it begins on, from 1.</param>
/// <param name="Fields">Its fields, unquoted.</param>
public sealed record CsvRecord(int Line, IReadOnlyList<string> Fields);

/// <summary>
/// Reads CSV as spreadsheets of this world write it: UTF-8, UTF-16 or Latin-1, parted by commas, semicolons or tabs, quoted where
/// needed, lines ended in any way.
/// </summary>
public static class CsvText
{
    private const int LongestField = 2_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a file. What is no valid UTF-8 and no UTF-16 is Latin-1, in which every byte is something.</summary>
    public static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith(Encoding.Unicode.Preamble)) return Encoding.Unicode.GetString(bytes[2..]);
        if (bytes.StartsWith(Encoding.BigEndianUnicode.Preamble)) return Encoding.BigEndianUnicode.GetString(bytes[2..]);
        if (bytes.StartsWith(Encoding.UTF8.Preamble)) bytes = bytes[3..];
        // Without a mark: the first letters of a header are ASCII, so one of each pair of bytes is zero.
        if (bytes.Length >= 4 && bytes[1] == 0 && bytes[3] == 0) return Encoding.Unicode.GetString(bytes);
        if (bytes.Length >= 4 && bytes[0] == 0 && bytes[2] == 0) return Encoding.BigEndianUnicode.GetString(bytes);
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.Latin1.GetString(bytes);
        }
    }

    /// <summary>What parts the fields: whichever of comma, semicolon and tab is most frequent in the first line.</summary>
    public static char SeparatorOf(string text)
    {
        var end = text.AsSpan().IndexOfAny('\r', '\n');
        var first = end < 0 ? text : text[..end];
        return new[] { ',', ';', '\t' }.MaxBy(c => first.Count(f => f == c));
    }

    /// <summary>Reads record by record; empty lines are none.</summary>
    /// <exception cref="Domain.RuleException"><c>csv_invalid</c>: a quotation mark is not closed, or a field is endless.</exception>
    public static IEnumerable<CsvRecord> Read(string text, char separator)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var (line, start, at) = (1, 1, 0);
        while (at < text.Length)
        {
            if (field.Length == 0 && text[at] == '"')
            {
                at = Quoted(text, at + 1, field, ref line);
                continue;
            }

            var c = text[at++];
            if (c == separator)
            {
                fields.Add(Take(field, line));
            }
            else if (c is '\r' or '\n')
            {
                if (c == '\r' && at < text.Length && text[at] == '\n') at++;
                fields.Add(Take(field, line));
                if (fields.Count > 1 || fields[0].Length > 0) yield return new CsvRecord(start, [.. fields]);
                fields.Clear();
                start = ++line;
            }
            else
            {
                field.Append(c);
            }
        }

        if (fields.Count == 0 && field.Length == 0) yield break;
        fields.Add(Take(field, line));
        yield return new CsvRecord(start, [.. fields]);
    }

    /// <summary>A field for a file that spreadsheets open: quoted where needed, and no formula.</summary>
    public static string Field(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var safe = Csv.Guarded(text);
        return safe.AsSpan().IndexOfAny("\",;\r\n") < 0 ? safe : $"\"{safe.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    /// <summary>Reads what stands between quotation marks; returns where it goes on.</summary>
    private static int Quoted(string text, int at, StringBuilder field, ref int line)
    {
        var opened = line;
        while (at < text.Length)
        {
            var c = text[at++];
            if (c == '"')
            {
                if (at >= text.Length || text[at] != '"') return at;
                at++;
            }
            else if (c == '\n' || (c == '\r' && (at >= text.Length || text[at] != '\n')))
            {
                line++;
            }

            field.Append(c);
            if (field.Length > LongestField) throw Endless(opened);
        }

        throw new Domain.RuleException("csv_invalid", $"A quotation mark in line {opened} is not closed.");
    }

    private static string Take(StringBuilder field, int line)
    {
        if (field.Length > LongestField) throw Endless(line);
        var text = field.ToString();
        field.Clear();
        return text;
    }

    private static Domain.RuleException Endless(int line) =>
        new("csv_invalid", $"A field in line {line} has more than {LongestField} characters.");
}
