using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Push;

/// <summary>
/// Works the outbox of pushes off: some at a time, each claimed by one node for a while, several devices at once, so that a service
/// that hangs holds up nobody for long. A crash between sending and noting it sends a push twice; its tag makes it one on the screen.
/// </summary>
internal sealed class PushSender(IServiceScopeFactory scopes, TimeProvider clock, ILogger<PushSender> log) : BackgroundService
{
    private const int Batch = 50;
    private const int AtOnce = 8;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Claim = TimeSpan.FromMinutes(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunLaterAsync(
        clock, Pause,
        async ct => await Parallel.ForEachAsync(
            (await ClaimAsync(ct)).GroupBy(p => p.DeviceId), new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = ct },
            async (device, stop) =>
            {
                var posts = device.OrderBy(p => p.CreatedAt).ThenBy(p => p.Id.Value).ToList();
                await using var scope = scopes.CreateScopeOf(posts[0].OrganizationId).WorkOf("push");
                try
                {
                    await scope.ServiceProvider.GetRequiredService<SendPushes>().RunAsync(posts, stop);
                }
                catch (Exception error) when (error is not OperationCanceledException)
                {
                    // The other devices' pushes have been claimed too: they go out all the same.
                    log.LogError(error, "Pushes to device {Device} could not be sent; tried again.", device.Key);
                }
            }),
        error => log.LogError(error, "The outbox of pushes could not be worked off; it is tried again."), stoppingToken);

    private async Task<List<PushPost>> ClaimAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("pushes of all organisations go out");
        var now = clock.GetUtcNow().ToUniversalTime();
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<PushPost>().FromSql(
            $"""
            update push_posts set attempts = attempts + 1, next_attempt_at = {now + Claim} where id in (
                select id from push_posts where status = 'Waiting' and next_attempt_at <= {now}
                order by next_attempt_at limit {Batch} for update skip locked)
            returning *
            """).AsNoTracking().IgnoreQueryFilters().ToListAsync(ct); // a filter would wrap the statement in another
    }
}
