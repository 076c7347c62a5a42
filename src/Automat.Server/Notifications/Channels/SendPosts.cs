using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Notifications.Channels;

/// <summary>Sends what is due of one organisation, in order, each claimed by one node for a while.</summary>
internal sealed class SendPosts(AutomatDb db, ChannelAddress addresses, DiscordRoute route, TimeProvider clock, ILogger<SendPosts> log)
{
    private const int Batch = 20;

    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(10);

    // How long to wait after the first, second, … failure; after the last the post has failed.
    private static readonly TimeSpan[] Patience =
    [
        TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(15), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(5), TimeSpan.FromMinutes(30),
        TimeSpan.FromHours(2), TimeSpan.FromHours(8),
    ];

    public async Task RunAsync(Id<Organization> organization, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToUniversalTime();
        var due = await db.Set<ChannelPost>().FromSql(
            $"""
            update channel_posts set attempts = attempts + 1, next_attempt_at = {now + Claim} where id in (
                select id from channel_posts where organization_id = {organization.Value} and status = 'Waiting' and next_attempt_at <= {now}
                order by created_at, id limit {Batch} for update skip locked)
            returning *
            """).IgnoreQueryFilters().ToListAsync(ct); // a filter would wrap the statement in another
        var posts = due.OrderBy(p => p.CreatedAt).ThenBy(p => p.Id.Value).ToList();
        var address = await addresses.OfAsync(organization, ct);
        var at = 0;
        foreach (var (text, count) in DiscordText.Pack([.. posts.Select(p => p.Text)]))
        {
            var these = posts.GetRange(at, count);
            at += count;
            var answer = address is null ? new PostAnswer.Never("no address") : await route.SendAsync(address, text, ct);
            Note(these, answer);
            var pause = answer switch
            {
                PostAnswer.Later later => later.After,
                PostAnswer.Again => Patience[Math.Clamp(these[0].Attempts - 1, 0, Patience.Length - 1)],
                _ => (TimeSpan?)null,
            };
            if (pause is { } wait)
            {
                // What comes after it waits too, so that the order stays and nobody is pressed.
                var until = clock.GetUtcNow().ToUniversalTime() + wait;
                foreach (var left in posts.Skip(at)) (left.Attempts, left.NextAttemptAt) = (left.Attempts - 1, until);
                await db.SaveChangesAsync(CancellationToken.None);
                await db.Set<DiscordChannel>().Where(c => c.OrganizationId == organization)
                    .ExecuteUpdateAsync(set => set.SetProperty(c => c.PausedUntil, until), CancellationToken.None);
                return;
            }

            await db.SaveChangesAsync(CancellationToken.None);
        }
    }

    private void Note(List<ChannelPost> posts, PostAnswer answer)
    {
        var now = clock.GetUtcNow().ToUniversalTime();
        foreach (var post in posts)
        {
            switch (answer)
            {
                case PostAnswer.Taken:
                    (post.Status, post.SentAt, post.Text, post.LastError) = (PostStatus.Sent, now, "", null);
                    break;
                case PostAnswer.Later(var after):
                    // It was not a failure: the other side just has enough for now.
                    (post.Attempts, post.NextAttemptAt, post.LastError) = (post.Attempts - 1, now + after, "HTTP 429");
                    break;
                case PostAnswer.Again(var why) when post.Attempts <= Patience.Length:
                    (post.NextAttemptAt, post.LastError) = (now + Patience[post.Attempts - 1], why);
                    break;
                case PostAnswer.Again(var why):
                    (post.Status, post.LastError) = (PostStatus.Failed, why);
                    break;
                case PostAnswer.Never(var why):
                    (post.Status, post.LastError) = (PostStatus.Failed, why);
                    break;
            }
        }

        if (answer is PostAnswer.Taken) return;
        log.LogWarning("{Count} posts were not taken at attempt {Attempt}: {Reason}", posts.Count, posts[0].Attempts, posts[0].LastError);
    }
}
