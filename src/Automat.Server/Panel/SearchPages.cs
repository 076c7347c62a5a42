using Automat.Server.Storefront;

namespace Automat.Server.Panel;

/// <summary>The search that jumps anywhere: a page, or just what was found for whoever has the dialog open.</summary>
internal static class SearchPages
{
    public const string Address = "/panel/search";

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet(Address, async (HttpContext context, string? q, PanelSearch search, CancellationToken ct) =>
        {
            var text = (q ?? "").Replace("\0", "", StringComparison.Ordinal).Trim();
            if (text.Length > PanelSearch.Longest) text = text[..PanelSearch.Longest];
            var view = new SearchView(text, await search.FindAsync(context.User, text, ct));
            context.Response.Headers.CacheControl = "no-cache, no-store";
            context.Response.Headers.Vary = "HX-Request";
            return context.Request.Headers["HX-Request"] == "true"
                ? (IResult)Pages.Show<SearchHits>(view)
                : Pages.Show<SearchPage>(view);
        })
        .RequirePermission(Permission.PanelRead).ExcludeFromDescription();
}
