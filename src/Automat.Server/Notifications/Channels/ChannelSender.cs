using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Notifications.Channels;

/// <summary>Works the outbox of posts off: some organisations at a time, so that a channel that hangs holds up nobody for long.</summary>
internal sealed class ChannelSender(IServiceScopeFactory scopes, TimeProvider clock, ILogger<ChannelSender> log) : BackgroundService
{
    private const int Most = 100;
    private const int AtOnce = 4;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunLaterAsync(
        clock, Pause,
        async ct => await Parallel.ForEachAsync(
            await DueAsync(ct), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (organization, stop) =>
            {
                await using var scope = scopes.CreateScopeOf(organization).WorkOf("channels");
                await scope.ServiceProvider.GetRequiredService<SendPosts>().RunAsync(organization, stop);
            }),
        error => log.LogError(error, "The outbox of posts could not be worked off; it is tried again."), stoppingToken);

    private async Task<List<Id<Organization>>> DueAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("posts of all organisations go out");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var now = clock.GetUtcNow().ToUniversalTime();
        return await db.Set<DiscordChannel>().AsNoTracking()
            .Where(c => (c.PausedUntil == null || c.PausedUntil <= now)
                && db.Set<ChannelPost>().Any(p => p.OrganizationId == c.OrganizationId && p.Status == PostStatus.Waiting && p.NextAttemptAt <= now))
            .OrderBy(c => c.PausedUntil).Take(Most).Select(c => c.OrganizationId).ToListAsync(ct);
    }
}
