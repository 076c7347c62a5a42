using Automat.Server.Data;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Notifications.Channels;

/// <summary>Where administrators say what is posted where, and see whether posts arrive.</summary>
internal sealed class ChannelPages(AutomatDb db, SaveChannel save, ChannelOutbox outbox, TimeProvider clock)
{
    public const string Address = "/panel/channels";

    private const int Most = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).RequirePermission(Permission.SettingsWrite).ExcludeFromDescription();
        pages.MapGet("", async (HttpContext context, string? done, ChannelPages channels, CancellationToken ct) =>
            Pages.Show<ChannelsPage>(await channels.ViewAsync(context, ct) with { Done = DoneText(done) }));
        pages.MapForm("", (HttpContext context, ChannelPages channels, CancellationToken ct) => channels.SaveAsync(context, ct));
        pages.MapForm("/test", (HttpContext context, ChannelPages channels, CancellationToken ct) => channels.TestAsync(context, ct))
            .RequireRateLimiting(RateLimits.SignIn);
        pages.MapForm("/retry", async (HttpContext context, ChannelPages channels, CancellationToken ct) =>
        {
            await channels.RetryAsync(context, ct);
            return context.SeeOther($"{Address}?done=retried");
        });
        pages.MapForm("/remove", async (HttpContext context, SaveChannel save, CancellationToken ct) =>
        {
            await save.RemoveAsync(context.User.OrganizationOf(), ct);
            return context.SeeOther($"{Address}?done=removed");
        });
    }

    private async Task<IResult> SaveAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var typed = new ChannelForm(
            form.ContainsKey("messages"), form.ContainsKey("stock"), form.ContainsKey("sales"), form.ContainsKey("people"),
            form.ContainsKey("covers"), form["words"].ToString());
        try
        {
            await save.RunAsync(context.User.OrganizationOf(), form["address"], typed, ct);
            return context.SeeOther($"{Address}?done=saved");
        }
        catch (FieldsException refused)
        {
            return Pages.Show<ChannelsPage>(
                await ViewAsync(context, ct) with
                {
                    Form = typed,
                    Wrong = refused.Errors.Keys.ToDictionary(
                        field => field, field => field == "words" ? "Channel.WordsWrong" : "Channel.AddressWrong", StringComparer.Ordinal),
                },
                StatusCodes.Status422UnprocessableEntity);
        }
    }

    private async Task<IResult> TestAsync(HttpContext context, CancellationToken ct)
    {
        await outbox.AddAsync(context.User.OrganizationOf(), ChannelTopic.Test, _ => "A test from your machines: posts arrive here.", ct);
        await db.SaveChangesAsync(ct);
        return context.SeeOther($"{Address}?done=tested");
    }

    private Task RetryAsync(HttpContext context, CancellationToken ct) =>
        save.RetryAsync(context.User.OrganizationOf(), clock.GetUtcNow().ToUniversalTime(), ct);

    private async Task<ChannelsView> ViewAsync(HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var organization = context.User.OrganizationOf();
        var channel = await db.Set<DiscordChannel>().AsNoTracking().SingleOrDefaultAsync(c => c.OrganizationId == organization, ct)
            ?? new DiscordChannel { OrganizationId = organization };
        var posts = await db.Set<ChannelPost>().AsNoTracking().Where(p => p.OrganizationId == organization)
            .OrderByDescending(p => p.CreatedAt).ThenByDescending(p => p.Id).Take(Most).ToListAsync(ct);
        return new ChannelsView(
            channel.Ending,
            new ChannelForm(
                channel.TellsMessages, channel.TellsStock, channel.TellsSales, channel.NamesPeople, channel.CoversWords, channel.Words),
            [.. posts.Select(RowOf)], posts.Count(p => p.Status is PostStatus.Failed))
        {
            PausedUntil = channel.PausedUntil is { } until && until > clock.GetUtcNow() ? until : null,
        };
    }

    private static PostRow RowOf(ChannelPost post)
    {
        var (text, tone) = post.Status switch
        {
            PostStatus.Waiting => ("Channel.Waiting", "wait"),
            PostStatus.Sent => ("Channel.Sent", "good"),
            PostStatus.Failed => ("Channel.GivenUp", "bad"),
        };
        return new PostRow(TopicText(post.Topic), post.CreatedAt, text, tone, post.Attempts, post.LastError);
    }

    private static string TopicText(ChannelTopic topic) => topic switch
    {
        ChannelTopic.Messages => "Channel.AboutMessages",
        ChannelTopic.Stock => "Channel.AboutStock",
        ChannelTopic.Sales => "Channel.AboutSales",
        ChannelTopic.Test => "Channel.AboutTest",
    };

    private static string? DoneText(string? done) => done switch
    {
        "saved" => "Channel.Saved",
        "tested" => "Channel.Tested",
        "retried" => "Channel.Retried",
        "removed" => "Channel.Removed",
        _ => null,
    };
}
