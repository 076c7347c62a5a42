using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Orders;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Push;

/// <summary>
/// Notes what a sale has come to and writes what a device is told of it, in one save: it is told once, by whichever node noted it.
/// </summary>
internal sealed class TellDevice(
    AutomatDb db, Sales sales, OrderBook orders, MachineDirectory machines, PushSeal seal, PushWords words, TimeProvider clock)
{
    public async Task RunAsync(Id<Organization> organization, Id<PushFollow> id, CancellationToken ct)
    {
        var follow = await db.Set<PushFollow>().AsNoTracking().SingleOrDefaultAsync(f => f.Id == id, ct);
        if (follow is null) return;
        var order = await OrderAsync(organization, follow, ct);
        var token = follow.SealedToken is { } kept ? seal.OpenToken(organization, kept) : order is null ? null : orders.TokenOf(order.Order);
        var sale = order?.Sale ?? (token is null ? null : await sales.FindAsync(token, ct));
        if (sale is null || token is null)
        {
            // Nobody can be led to the sale any more: what encrypted the way there is lost.
            await db.Set<PushFollow>().Where(f => f.Id == id).ExecuteDeleteAsync(ct);
            return;
        }

        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        if (!await NoteAsync(follow, SaleMarks.Of(sale, order), ct)) return;
        var news = PushNews.Of(follow.Seen, sale, order);
        if (news.Count > 0)
        {
            var place = await machines.GetAsync(sale.Purchase.MachineId, ct);
            var language = await db.Set<PushDevice>().Where(d => d.Id == follow.DeviceId).Select(d => d.Language).SingleAsync(ct);
            var subject = new PushSubject(follow.Id, place.Name, order?.Order.Number, sale.Purchase.Currency.Code, token);
            foreach (var one in news) Add(follow, one.Topic, words.Say(one, subject, language));
            await db.SaveChangesAsync(ct);
        }

        await transaction.CommitAsync(ct);
    }

    private async Task<FoundOrder?> OrderAsync(Id<Organization> organization, PushFollow follow, CancellationToken ct)
    {
        var found = await db.Set<Order>().AsNoTracking().Where(o => o.PurchaseId == follow.PurchaseId).Select(o => o.Id).ToListAsync(ct);
        return found is [var id] ? await orders.FindAsync(organization, id, ct) : null;
    }

    /// <summary>Moves the mark; false when somebody else has.</summary>
    private async Task<bool> NoteAsync(PushFollow follow, SaleMark now, CancellationToken ct)
    {
        var (id, seen) = (follow.Id, follow.Seen);
        var quiet = now.IsQuiet ? follow.QuietSince ?? clock.GetUtcNow().ToUniversalTime() : (DateTimeOffset?)null;
        return await db.Set<PushFollow>()
            .Where(f => f.Id == id && f.SeenPurchase == seen.Purchase && f.SeenVend == seen.Vend
                && f.SeenReady == seen.IsReady && f.SeenBack == seen.Back)
            .ExecuteUpdateAsync(
                set => set.SetProperty(f => f.SeenPurchase, now.Purchase).SetProperty(f => f.SeenVend, now.Vend)
                    .SetProperty(f => f.SeenReady, now.IsReady).SetProperty(f => f.SeenBack, now.Back)
                    .SetProperty(f => f.QuietSince, quiet), ct) == 1;
    }

    private void Add(PushFollow follow, PushTopic topic, PushContent content)
    {
        var now = clock.GetUtcNow().ToUniversalTime();
        db.Add(new PushPost
        {
            Id = Id<PushPost>.New(now),
            OrganizationId = follow.OrganizationId,
            DeviceId = follow.DeviceId,
            Topic = topic,
            Tag = content.Tag,
            Content = content.ToJson(),
            CreatedAt = now,
            NextAttemptAt = now,
        });
    }
}
