using Automat.Server.Data;
using Automat.Server.Platform;

namespace Automat.Server.Jobs;

/// <summary>Does what was confirmed, whatever kind of work it is. The tables are the queues: a restart finds what is left.</summary>
internal sealed class JobSweep(
    IEnumerable<IJobWork> works, IServiceScopeFactory scopes, TimeProvider clock, ILogger<JobSweep> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // Jobs nobody confirmed and what is done tell nothing after a while.
    private static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>Each kind goes on by itself: a long job of one does not hold up another's.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(works.Select(work => Rounds.RunLaterAsync(
        clock, Interval, ct => SweepAsync(work, ct),
        error => log.LogError(error, "A job of {Work} could not go on; tried again", work.GetType().Name), stoppingToken)));

    private async Task SweepAsync(IJobWork work, CancellationToken ct)
    {
        IReadOnlyList<RunningJob> running;
        await using (var scope = scopes.CreateScopeAcross("jobs of all go on"))
        {
            var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
            running = await work.RunningAsync(db, ct);
            await work.ForgetAsync(db, clock.GetUtcNow().ToUniversalTime() - KeptFor, ct);
        }

        foreach (var job in running)
        {
            while (await GoOnAsync(work, job, ct))
            {
                // There is more.
            }
        }
    }

    private async Task<bool> GoOnAsync(IJobWork work, RunningJob job, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeOf(job.Organization);
        scope.ServiceProvider.GetRequiredService<Actor>().Is(job.Kind, job.Actor, job.OnBehalfOf);
        return await work.GoOnAsync(job, scope.ServiceProvider, ct);
    }
}
