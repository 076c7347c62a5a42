using Automat.Server.Chips.Own;
using Automat.Server.Customers;
using Automat.Server.Storefront;

namespace Automat.Server.Books;

/// <summary>Shows customers what happened on the chips in their account.</summary>
internal sealed class OwnStatementPages(ReadStatement statements, OwnChips chips)
{
    private const int PageLength = 50;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/me/chips/{id:guid}/statement", (Guid id, long? before, OwnStatementPages pages, HttpContext context, CancellationToken ct) =>
            pages.ShowAsync(context, id, before, ct)).ForCustomers().ExcludeFromDescription();

    private async Task<IResult> ShowAsync(HttpContext context, Guid id, long? before, CancellationToken ct)
    {
        if (await chips.FindAsync(context.Customer(), id, ct) is not { } chip)
            return Pages.Show<ProblemPage>(new ProblemView(404), StatusCodes.Status404NotFound);
        var lines = await statements.NewestAsync(chip.OrganizationId, chip.Tender.Account, before, PageLength + 1, ct);
        var shown = lines.Take(PageLength).ToList();
        return Pages.Show<OwnStatementPage>(new ChipStatementView(
            id.ToString(), chip.Label.Length > 0 ? chip.Label : id.ToString()[^6..].ToUpperInvariant(),
            shown.Count > 0 ? new Amount(shown[0].Balance, shown[0].Currency) : null, shown,
            lines.Count > PageLength ? shown[^1].Sequence : null)
        {
            IsOlder = before is not null,
        });
    }
}
