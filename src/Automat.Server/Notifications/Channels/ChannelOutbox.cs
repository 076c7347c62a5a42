using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Notifications.Channels;

/// <summary>How an organisation wants to be written to.</summary>
/// <param name="NamesPeople">Whether people and their addresses may be named.</param>
/// <param name="Words">Words to cover in what customers wrote.</param>
public sealed record ChannelManners(bool NamesPeople, IReadOnlyList<string> Words)
{
    /// <summary>What a customer wrote, as it may be passed on.</summary>
    public string Quote(string written)
    {
        var covered = WordFilter.Clean(written, Words);
        return NamesPeople ? covered : DiscordText.WithoutPeople(covered);
    }
}

/// <summary>
/// Where modules put posts. They go out after the caller's own save, by somebody else: no request waits for a channel, and no
/// post tells of what did not happen. What an organisation does not want to read is not written.
/// </summary>
public sealed class ChannelOutbox(AutomatDb db, TimeProvider clock)
{
    // A channel that takes nothing must not fill the database.
    private const int MostWaiting = 1_000;

    /// <summary>Adds a post to the caller's save.</summary>
    /// <param name="organization">Whose channel; the scope's own organisation.</param>
    /// <param name="topic">What it is about.</param>
    /// <param name="say">Makes the text.</param>
    /// <param name="ct">Stops waiting.</param>
    public async Task AddAsync(Id<Organization> organization, ChannelTopic topic, Func<ChannelManners, string> say, CancellationToken ct)
    {
        var channel = await db.Set<DiscordChannel>().AsNoTracking().SingleOrDefaultAsync(c => c.OrganizationId == organization, ct);
        if (channel is null || !channel.Wants(topic)) return;
        var waiting = await db.Set<ChannelPost>().Where(p => p.OrganizationId == organization && p.Status == PostStatus.Waiting)
            .OrderBy(p => p.NextAttemptAt).Take(MostWaiting).CountAsync(ct);
        if (waiting >= MostWaiting) return;
        Add(organization, topic, say(new ChannelManners(channel.NamesPeople, channel.CoversWords ? WordFilter.Read(channel.Words) : [])));
    }

    internal void Add(Id<Organization> organization, ChannelTopic topic, string text)
    {
        var now = clock.GetUtcNow().ToUniversalTime();
        db.Add(new ChannelPost
        {
            Id = Id<ChannelPost>.New(now),
            OrganizationId = organization,
            Topic = topic,
            Text = DiscordText.Harmless(text),
            CreatedAt = now,
            NextAttemptAt = now,
        });
    }
}
