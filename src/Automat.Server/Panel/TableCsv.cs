using System.Text;
using Automat.Server.Platform;

namespace Automat.Server.Panel;

/// <summary>
/// The table as a file for spreadsheets: the same rows in the same order under the same titles, all pages of them. What
/// somebody wrote into a name is never run as a formula (<see cref="Csv"/>).
/// </summary>
public static class TableCsv
{
    /// <summary>A file has at most this many rows.</summary>
    public const int MostRows = 100_000;

    /// <summary>Answers with the rows of a query, which are written as they come.</summary>
    /// <param name="name">Name of the file, without its ending.</param>
    /// <param name="view">Which columns the reader wants.</param>
    /// <param name="columns">The table's columns.</param>
    /// <param name="rows">All rows, sorted; those above the limit are not read.</param>
    public static IResult Result<TRow>(
        string name, ListView view, IReadOnlyList<Column<TRow>> columns, IAsyncEnumerable<TRow> rows) =>
        Results.Stream(
            stream => WriteAsync(stream, [.. Shown(view, columns).Where(column => column.Csv is not null)], rows),
            "text/csv; charset=utf-8", $"{name}.csv");

    /// <summary>Answers with rows that are there already.</summary>
    /// <param name="name">Name of the file, without its ending.</param>
    /// <param name="view">Which columns the reader wants.</param>
    /// <param name="columns">The table's columns.</param>
    /// <param name="rows">The rows, sorted.</param>
    public static IResult Result<TRow>(
        string name, ListView view, IReadOnlyList<Column<TRow>> columns, IEnumerable<TRow> rows) =>
        Result(name, view, columns, rows.ToAsyncEnumerable());

    /// <summary>The columns the reader chose, in the table's order; the usual ones where nothing that exists was chosen.</summary>
    public static IReadOnlyList<Column<TRow>> Shown<TRow>(ListView view, IReadOnlyList<Column<TRow>> columns)
    {
        Column<TRow>[] chosen = [.. columns.Where(column => view.Columns.Contains(column.Key))];
        return chosen.Length > 0 ? chosen : [.. columns.Where(column => !column.Hidden)];
    }

    private static async Task WriteAsync<TRow>(Stream stream, Column<TRow>[] columns, IAsyncEnumerable<TRow> rows)
    {
        // The mark tells spreadsheets that it is UTF-8; without it they spoil every ü and ñ.
        await using var writer = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true), leaveOpen: true);
        await writer.WriteAsync(Csv.Line([.. columns.Select(column => (object?)column.Title)]));
        await foreach (var row in rows.Take(MostRows))
            await writer.WriteAsync(Csv.Line([.. columns.Select(column => Plain(column.Csv!(row)))]));
    }

    private static object? Plain(object? cell) => cell is int number ? (long)number : cell;
}
