using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Panel;

/// <summary>One page of a list.</summary>
/// <typeparam name="T">A row.</typeparam>
/// <param name="Items">The rows.</param>
/// <param name="View">How the reader wants to see the list.</param>
/// <param name="Total">How many there are altogether; null where there are more than anybody counts.</param>
public sealed record ListPage<T>(IReadOnlyList<T> Items, ListView View, int? Total)
{
    /// <summary>Whether another page comes after this one.</summary>
    public bool HasMore => View.Page < ListView.MostPages && (Total is not { } total || View.Page * View.Size < total);

    /// <summary>The same page with rows made of these rows.</summary>
    public ListPage<TOther> Map<TOther>(Func<T, TOther> make) => new([.. Items.Select(make)], View, Total);
}

/// <summary>Reads one page of a query.</summary>
public static class ListPages
{
    /// <summary>Up to here rows are counted; beyond, a page says "more than".</summary>
    public const int MostCounted = 10_000;

    /// <summary>Takes the page the reader wants, and counts the rows up to a limit. The query is sorted already.</summary>
    public static async Task<ListPage<T>> PageAsync<T>(this IQueryable<T> query, ListView view, CancellationToken ct)
    {
        var items = await query.Skip((view.Page - 1) * view.Size).Take(view.Size).ToListAsync(ct);
        // The first page that is not full, and not empty either, has told how many there are.
        if (items.Count < view.Size && (items.Count > 0 || view.Page == 1))
            return new ListPage<T>(items, view, (view.Page - 1) * view.Size + items.Count);

        var counted = await query.Take(MostCounted + 1).CountAsync(ct);
        return new ListPage<T>(items, view, counted > MostCounted ? null : counted);
    }
}
