using System.Buffers.Text;
using Automat.Server.Data;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Push;

/// <summary>Where administrators see whether pushes arrive, and make a new key.</summary>
internal sealed class PushPages(AutomatDb db, PushKeys keys, TimeProvider clock)
{
    private const string Address = "/panel/push";
    private const int Most = 50;
    private const int MostCounted = 10_000;
    private const int KeyShown = 12;

    private static readonly TimeSpan Lately = TimeSpan.FromDays(7);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).RequirePermission(Permission.SettingsWrite).ExcludeFromDescription();
        pages.MapGet("", (HttpContext context, string? done, PushPages push, CancellationToken ct) => push.ShowAsync(context, done, ct));
        pages.MapForm("/renew", async (HttpContext context, PushKeys keys, CancellationToken ct) =>
        {
            await keys.RenewAsync(context.User.OrganizationOf(), ct);
            return context.SeeOther($"{Address}?done=renewed");
        });
    }

    private async Task<IResult> ShowAsync(HttpContext context, string? done, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store"; // as forms want it
        var organization = context.User.OrganizationOf();
        var since = clock.GetUtcNow().ToUniversalTime() - Lately;
        var key = await keys.StoredAsync(organization, ct);
        var posts = db.Set<PushPost>().AsNoTracking().Where(p => p.OrganizationId == organization);
        var counts = await posts.Where(p => p.CreatedAt > since).OrderByDescending(p => p.CreatedAt).Take(MostCounted)
            .GroupBy(p => p.Status).Select(g => new Counted { Status = g.Key, Count = g.Count() }).ToListAsync(ct);
        var newest = await posts.OrderByDescending(p => p.CreatedAt).ThenByDescending(p => p.Id).Take(Most).ToListAsync(ct);
        return Pages.Show<PushPage>(new PushView(
            await db.Set<PushDevice>().Where(d => d.OrganizationId == organization).OrderBy(d => d.Id).Take(MostCounted).CountAsync(ct),
            CountOf(PushStatus.Waiting), CountOf(PushStatus.Sent), CountOf(PushStatus.Failed), [.. newest.Select(RowOf)])
        {
            Key = Base64Url.EncodeToString(key.PublicKey)[..KeyShown],
            MadeAt = key.MadeAt,
            Done = done is "renewed" ? "Push.Renewed" : null,
        });

        int CountOf(PushStatus status) => counts.Where(c => c.Status == status).Sum(c => c.Count);
    }

    private static PushRow RowOf(PushPost post)
    {
        var (text, tone) = post.Status switch
        {
            PushStatus.Waiting => ("Push.Waiting", "wait"),
            PushStatus.Sent => ("Push.Sent", "good"),
            PushStatus.Failed => ("Push.GivenUp", "bad"),
        };
        return new PushRow(TopicText(post.Topic), post.CreatedAt, text, tone, post.Attempts, post.LastError);
    }

    private static string TopicText(PushTopic topic) => topic switch
    {
        PushTopic.Code or PushTopic.Paid => "Push.AboutCode",
        PushTopic.Ready => "Push.AboutReady",
        PushTopic.Delivered => "Push.AboutReceipt",
        PushTopic.NoCharge => "Push.AboutNoCharge",
        PushTopic.Credited => "Push.AboutCredit",
        PushTopic.Cancelled or PushTopic.NotCollected or PushTopic.Refund => "Push.AboutRefund",
    };

    private sealed class Counted
    {
        public PushStatus Status { get; init; }

        public int Count { get; init; }
    }
}
