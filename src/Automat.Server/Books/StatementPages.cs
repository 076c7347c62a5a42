using Automat.Domain;
using Automat.Server.Storefront;

namespace Automat.Server.Books;

/// <summary>Names this module's texts (<c>Texts.resx</c>, <c>.de</c>, <c>.es</c>) to the localizer.</summary>
public sealed class Texts;

/// <summary>A chip's statement as staff see it.</summary>
/// <param name="Chip">The chip's id.</param>
/// <param name="Label">What staff call it.</param>
/// <param name="Credit">What stands on it after the newest line shown; null before anything was booked.</param>
/// <param name="Lines">The newest entries, newest first.</param>
/// <param name="Older">Where the older ones begin; null when these are all.</param>
public sealed record ChipStatementView(string Chip, string Label, Amount? Credit, IReadOnlyList<StatementLine> Lines, long? Older)
{
    /// <summary>Whether these are not the newest ones.</summary>
    public bool IsOlder { get; init; }
}

/// <summary>Shows what happened on a chip.</summary>
internal sealed class StatementPages(ReadStatement statements)
{
    private const int PageLength = 50;

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/panel/chips/{id:guid}/statement", async (
            Guid id, long? before, StatementPages pages, HttpContext context, CancellationToken ct) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return Pages.Show<ChipStatementPage>(await pages.ViewAsync(context, id, before, ct));
        })
        .RequirePermission(Permission.ChipRead).ExcludeFromDescription();

    /// <summary>Which text names a kind of entry; null for kinds that need none.</summary>
    public static string? TextOf(string kind) => kind switch
    {
        "chip.topped_up" => "Kind.ToppedUp",
        "vend.reserved" => "Kind.Reserved",
        "vend.committed" => "Kind.Committed",
        "vend.committed_late" => "Kind.Late",
        "vend.cancelled" => "Kind.Cancelled",
        "vend.refunded" => "Kind.Refunded",
        _ => null,
    };

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
