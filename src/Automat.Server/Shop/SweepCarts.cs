using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Shop;

/// <summary>Carts nobody has touched as long as the browser keeps their key go, in small batches.</summary>
internal sealed class SweepCarts(IServiceScopeFactory scopes, TimeProvider clock, ILogger<SweepCarts> log) : BackgroundService
{
    private const int BatchSize = 500;
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunLaterAsync(
        clock, Interval,
        async ct =>
        {
            while (await SweepAsync(ct) == BatchSize)
            {
                // A full batch: there may be more.
            }
        },
        error => log.LogError(error, "Old carts could not be cleared away; tried again"), stoppingToken);

    private async Task<int> SweepAsync(CancellationToken ct)
    {
        await using var look = scopes.CreateScopeAcross("old carts go for all");
        var before = clock.GetUtcNow() - CartCookie.Kept;
        var old = await look.ServiceProvider.GetRequiredService<AutomatDb>().Set<Cart>().AsNoTracking().Where(c => c.UsedAt < before)
            .OrderBy(c => c.UsedAt).Take(BatchSize).Select(c => new { c.Id, c.OrganizationId }).ToListAsync(ct);
        foreach (var theirs in old.GroupBy(c => c.OrganizationId))
        {
            var ids = theirs.Select(c => c.Id).ToList();
            await using var scope = scopes.CreateScopeOf(theirs.Key).WorkOf("carts");
            await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Cart>()
                .Where(c => ids.Contains(c.Id) && c.UsedAt < before).ExecuteDeleteAsync(ct);
        }

        return old.Count;
    }
}
