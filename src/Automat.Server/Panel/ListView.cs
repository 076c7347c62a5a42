using System.Globalization;
using System.Net;

namespace Automat.Server.Panel;

/// <summary>
/// How a reader wants to see a list, as the address says it: what is looked for, in which order, which page. Every list can
/// be linked to. What makes no sense is not refused but read as the usual, since people edit addresses by hand.
/// </summary>
public sealed record ListView
{
    /// <summary>No list goes on longer than this many pages: whoever has not found it by then searches.</summary>
    public const int MostPages = 200;

    /// <summary>How many rows a page may have; the first is usual.</summary>
    public static readonly IReadOnlyList<int> Sizes = [25, 50, 100];

    private const int LongestSearch = 100;
    private const int LongestFilter = 200;
    private const int MostFilters = 20;
    private const int MostColumns = 40;

    // What an address says that is no filter: the list's own words, the visitor's wishes, what was just done.
    private static readonly HashSet<string> Own = new(StringComparer.OrdinalIgnoreCase)
    {
        "q", "sort", "page", "size", "columns", "format", "lang", "theme", "done",
    };

    /// <summary>The list's address, without what is asked of it.</summary>
    public string Path { get; init; } = "";

    /// <summary>What is looked for; null for everything.</summary>
    public string? Search { get; init; }

    /// <summary>The key of the column it is sorted by.</summary>
    public string Sort { get; init; } = "";

    /// <summary>Whether the largest or newest comes first.</summary>
    public bool Descending { get; init; }

    /// <summary>Which page, from 1.</summary>
    public int Page { get; init; } = 1;

    /// <summary>Rows on a page.</summary>
    public int Size { get; init; } = Sizes[0];

    /// <summary>Keys of the columns to show; none means the usual ones.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary><c>csv</c> for a file, or null for the page.</summary>
    public string? Format { get; init; }

    /// <summary>What else the address asks for, by the names of the filter's fields. None of them is empty.</summary>
    public IReadOnlyDictionary<string, string> Filters { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>Whether something is looked for or filtered.</summary>
    public bool IsNarrowed => Search is not null || Filters.Count > 0;

    /// <summary>The filter of that name; null where there is none.</summary>
    public string? this[string filter] => Filters.GetValueOrDefault(filter);

    /// <summary>Reads the address of a request, and what the reader chose to see of this list before.</summary>
    /// <param name="request">The request.</param>
    /// <param name="sorts">Keys of the columns that can be sorted by.</param>
    /// <param name="defaultSort">One of them; with a <c>-</c> before it, the largest or newest come first.</param>
    public static ListView From(HttpRequest request, string[] sorts, string defaultSort)
    {
        var query = request.Query;
        var sort = Single("sort", LongestFilter) is { } wished && sorts.Contains(wished.TrimStart('-')) ? wished : defaultSort;
        return new ListView
        {
            Path = request.PathBase + request.Path,
            Search = Single("q", LongestSearch),
            Sort = sort.TrimStart('-'),
            Descending = sort.StartsWith('-'),
            Page = Number("page") is { } page and > 0 ? Math.Min(page, MostPages) : 1,
            Size = Number("size") is { } size && Sizes.Contains(size) ? size : Sizes[0],
            Columns = ColumnChoice.Of(request, MostColumns),
            Format = query["format"] == "csv" ? "csv" : null,
            Filters = query.Keys.Where(key => !Own.Contains(key) && Single(key, LongestFilter) is not null).Take(MostFilters)
                .ToDictionary(key => key, key => Single(key, LongestFilter)!, StringComparer.Ordinal),
        };

        string? Single(string key, int longest) =>
            query[key].FirstOrDefault()?.Replace("\0", "", StringComparison.Ordinal).Trim() is { Length: > 0 } text
                ? text[..Math.Min(text.Length, longest)]
                : null;

        int? Number(string key) =>
            int.TryParse(query[key].FirstOrDefault(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    /// <summary>
    /// The address of the same list seen otherwise. A new order or size begins at its first page again, a file has no pages.
    /// </summary>
    /// <param name="page">Another page.</param>
    /// <param name="sort">Another order, with a <c>-</c> before it for the largest first.</param>
    /// <param name="size">Other rows on a page.</param>
    /// <param name="format"><c>csv</c> for a file.</param>
    public string With(int? page = null, string? sort = null, int? size = null, string? format = null)
    {
        var words = new List<KeyValuePair<string, string>>();
        if (Search is not null) words.Add(new("q", Search));
        words.AddRange(Filters.OrderBy(filter => filter.Key, StringComparer.Ordinal));
        words.Add(new("sort", sort ?? (Descending ? "-" + Sort : Sort)));
        if ((size ?? Size) != Sizes[0]) words.Add(new("size", Text(size ?? Size)));
        var at = page ?? (sort is null && size is null ? Page : 1);
        if (format is null && at > 1) words.Add(new("page", Text(at)));
        if (format is not null) words.Add(new("format", format));
        return $"{Path}?{string.Join('&', words.Select(word => $"{WebUtility.UrlEncode(word.Key)}={WebUtility.UrlEncode(word.Value)}"))}";
    }

    /// <summary>The address that sorts by a column: the same once more turns the order.</summary>
    public string SortedBy(string column) => With(sort: Sort == column && !Descending ? "-" + column : column);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
