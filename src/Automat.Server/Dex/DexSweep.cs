using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Dex;

/// <summary>Finishes audit files that a crash or a lost connection left half done.</summary>
internal sealed class DexSweep(IServiceScopeFactory scopes, MachineDirectory machines, TimeProvider clock, ILogger<DexSweep> log)
    : BackgroundService
{
    private const int BatchSize = 50;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunAsync(
        clock, Interval, ct => SweepAsync(clock.GetUtcNow() - Interval, ct),
        error => log.LogError(error, "Audit files could not be finished; tried again"), stoppingToken);

    /// <summary>Finishes what came before a moment and is still open.</summary>
    internal async Task SweepAsync(DateTimeOffset until, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("audit files of all are finished");
        var before = until.ToUniversalTime();
        var open = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<DexRead>().AsNoTracking()
            .Where(r => r.Status != DexReadStatus.Done && r.ReceivedAt < before)
            .OrderBy(r => r.ReceivedAt).Select(r => r.MachineId).Take(BatchSize).ToListAsync(ct);
        foreach (var id in open.Distinct())
        {
            var machine = await machines.GetAsync(id, ct);
            await using var own = scopes.CreateScopeOf(machine.OrganizationId).WorkOf("dex");
            await own.ServiceProvider.GetRequiredService<ImportDex>().FinishAsync(machine, ct);
        }
    }
}
