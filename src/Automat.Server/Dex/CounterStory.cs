using System.Security.Claims;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Storefront;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Dex;

/// <summary>Whether a machine's own counters tell of a sale.</summary>
internal sealed class CounterStory(AutomatDb db, IStringLocalizer<Texts> t) : IVendStory
{
    public StoryChapter Chapter => StoryChapter.Evidence;

    public async Task<IReadOnlyList<StoryEvent>> TellAsync(Vend vend, ClaimsPrincipal reader, CancellationToken ct)
    {
        var id = vend.Id.Value;
        var counted = await (from c in db.Set<DexVend>().AsNoTracking()
                             join r in db.Set<DexRead>().AsNoTracking() on c.ReadId equals r.Id
                             where c.VendId == id
                             select new { c.Booked, c.Amount, r.ReceivedAt, r.Serial }).SingleOrDefaultAsync(ct);
        return counted is null
            ? []
            :
            [
                new(counted.ReceivedAt, t[counted.Booked ? "Story.Booked" : "Story.Counted"])
                {
                    Tone = "good",
                    Detail = $"{new Amount(counted.Amount, vend.Amount.Currency.Code)} · {counted.Serial}",
                    Address = $"/panel/dex?machine={Uri.EscapeDataString(vend.Machine.Value)}",
                },
            ];
    }
}
