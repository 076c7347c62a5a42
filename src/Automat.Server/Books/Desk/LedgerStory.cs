using System.Globalization;
using System.Security.Claims;
using Automat.Domain.Vends;
using Automat.Server.Vends;

namespace Automat.Server.Books.Desk;

/// <summary>What was booked for a sale, for those who may read the ledger.</summary>
internal sealed class LedgerStory(BooksDesk desk) : IVendStory
{
    private const int Most = 100;

    public StoryChapter Chapter => StoryChapter.Ledger;

    public async Task<IReadOnlyList<StoryEvent>> TellAsync(Vend vend, ClaimsPrincipal reader, CancellationToken ct)
    {
        if (!reader.Allows(Permission.LedgerRead)) return [];
        var entries = await desk.ReadAsync(
            vend.Organization, connection => BrowseLedger.ReadAsync(
                connection, vend.Organization, new EntryWish(null, vend.Id.Value, 0, long.MaxValue), Most, ct), ct);
        return [.. entries.Select(e => new StoryEvent(e.At, string.Create(CultureInfo.CurrentCulture, $"{e.Kind} · #{e.Sequence}"))
        {
            Detail = string.Join(
                " · ", e.Postings.Where(p => p.Amount.Minor != 0).Select(p => $"{p.Account} {(p.Amount.Minor > 0 ? "+" : "")}{p.Amount}")),
            Address = string.Create(CultureInfo.InvariantCulture, $"{LedgerPages.Address}?vend={vend.Id}"),
        })];
    }
}
