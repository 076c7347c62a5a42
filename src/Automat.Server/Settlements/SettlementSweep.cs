using Automat.Server.Platform;

namespace Automat.Server.Settlements;

/// <summary>Compares books and provider every quarter of an hour.</summary>
internal sealed class SettlementSweep(CompareSettlement compare, TimeProvider clock, ILogger<SettlementSweep> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(15);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunLaterAsync(
        clock, Interval, compare.RunAsync,
        error => log.LogWarning(error, "Books and provider could not be held against each other; tried again"), stoppingToken);
}
