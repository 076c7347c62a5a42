using Microsoft.AspNetCore.Components;

namespace Automat.Server.Panel;

/// <summary>One column of a table: on the page, and in the file that is made of it.</summary>
/// <typeparam name="TRow">A row.</typeparam>
public sealed class Column<TRow>
{
    /// <summary>A column of texts.</summary>
    /// <param name="key">Its name in addresses: letters, digits, <c>_</c>, <c>-</c>.</param>
    /// <param name="title">Its name for people.</param>
    /// <param name="text">What stands in it.</param>
    public Column(string key, string title, Func<TRow, string?> text)
    {
        (Key, Title) = (key, title);
        Cell = row => builder => builder.AddContent(0, text(row));
        Csv = text;
    }

    /// <summary>A column of badges, links, pictures; it is in the file where <see cref="Csv"/> says what it says there.</summary>
    /// <param name="key">Its name in addresses: letters, digits, <c>_</c>, <c>-</c>.</param>
    /// <param name="title">Its name for people.</param>
    /// <param name="cell">What stands in it.</param>
    public Column(string key, string title, RenderFragment<TRow> cell) => (Key, Title, Cell) = (key, title, cell);

    /// <summary>Its name in addresses.</summary>
    public string Key { get; }

    /// <summary>Its name for people.</summary>
    public string Title { get; }

    /// <summary>What stands in it.</summary>
    public RenderFragment<TRow> Cell { get; }

    /// <summary>Whether the list can be sorted by it.</summary>
    public bool Sorts { get; init; }

    /// <summary>Whether it holds numbers, which stand below each other to the right.</summary>
    public bool Number { get; init; }

    /// <summary>Whether it is shown only to those who choose it.</summary>
    public bool Hidden { get; init; }

    /// <summary>What the file says: a text, a whole number, a time. Null where the file goes without the column.</summary>
    public Func<TRow, object?>? Csv { get; init; }
}
