using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Reports;

/// <summary>Follows the sales and goods of all organisations, so that reports are made from days that are up to date.</summary>
internal sealed class DaysSweep(
    CrossingDataSource database, IServiceScopeFactory scopes, TimeProvider clock, ILogger<DaysSweep> log) : BackgroundService
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(30);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunLaterAsync(
        clock, Interval,
        async ct =>
        {
            foreach (var organization in await OrganizationsAsync(ct))
            {
                await using var connection = await database.Source.OpenConnectionAsync(ct);
                await SalesDays.CatchUpAsync(connection, organization, clock.GetUtcNow(), ct);
                await SoldOutDays.CatchUpAsync(connection, organization, clock.GetUtcNow(), ct);
            }
        },
        error => log.LogWarning(error, "The days of reports could not be computed; tried again"), stoppingToken);

    private async Task<List<Id<Organization>>> OrganizationsAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("the days of all are computed");
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Organization>().Select(o => o.Id).ToListAsync(ct);
    }
}
