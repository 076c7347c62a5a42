using Automat.Server.Storefront;

namespace Automat.Server.Books;

/// <summary>Shows what happened on a chip.</summary>
internal sealed class StatementPages(ReadStatement statements)
{
    private const int PageLength = 50;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/panel/chips/{id:guid}/statement", async (
            Guid id, long? before, StatementPages pages, HttpContext context, CancellationToken ct) =>
        {
            context.Response.Headers.CacheControl = "no-cache, no-store";
            return Pages.Show<ChipStatementPage>(await pages.ViewAsync(context, id, before, ct));
        })
        .RequirePermission(Permission.ChipRead).ExcludeFromDescription();

    private async Task<ChipStatementView> ViewAsync(HttpContext context, Guid id, long? before, CancellationToken ct)
    {
        var chip = await statements.ChipAsync(context.User, id, ct);
        var lines = await statements.NewestAsync(chip.OrganizationId, chip.Tender.Account, before, PageLength + 1, ct);
        var shown = lines.Take(PageLength).ToList();
        return new ChipStatementView(
            id.ToString(), chip.Label.Length > 0 ? chip.Label : id.ToString()[^6..].ToUpperInvariant(),
            shown.Count > 0 ? new Amount(shown[0].Balance, shown[0].Currency) : null, shown,
            lines.Count > PageLength ? shown[^1].Sequence : null)
        {
            IsOlder = before is not null,
        };
    }
}
