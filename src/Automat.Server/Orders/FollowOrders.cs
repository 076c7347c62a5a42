using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Orders;

/// <summary>
/// Follows orders whose money or goods have moved, in small batches. What was placed and never got a purchase, because the server
/// stopped in between, goes after a day.
/// </summary>
internal sealed class FollowOrders(IServiceScopeFactory scopes, TimeProvider clock, ILogger<FollowOrders> log) : BackgroundService
{
    private const int BatchSize = 50;
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Rounds.RunAsync(
        clock, Interval,
        async ct =>
        {
            foreach (var (id, organization) in await MovedAsync(ct))
            {
                await using var scope = scopes.CreateScopeOf(organization).WorkOf("orders");
                await scope.ServiceProvider.GetRequiredService<FollowOrder>().RunAsync(organization, id, ct);
            }

            foreach (var (id, organization) in await LeftAsync(ct))
            {
                await using var scope = scopes.CreateScopeOf(organization).WorkOf("orders");
                await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Order>().Where(o => o.Id == id).ExecuteDeleteAsync(ct);
            }
        },
        error => log.LogError(error, "Orders could not be followed; tried again"), stoppingToken);

    private async Task<List<(Id<Order>, Id<Organization>)>> MovedAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("orders are followed for all");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var vends = db.Set<Vend>();
        var moved = await (
            from order in db.Set<Order>().AsNoTracking()
            join purchase in db.Set<Purchase>().AsNoTracking() on order.PurchaseId equals purchase.Id
            where order.ClosedAt == null
                && ((order.State == OrderState.AwaitingPayment
                        && (purchase.Status == PurchaseStatus.Paid || purchase.Status == PurchaseStatus.Closed))
                    || (order.State == OrderState.Paid && order.ReadyAt != null)
                    || (order.State != OrderState.AwaitingPayment && vends.Any(v => v.Id == purchase.VendId
                        && v.Status != VendStatus.Reserved && v.Status != VendStatus.Delivering && v.Status != VendStatus.Unknown)))
            orderby order.Id
            select new { order.Id, order.OrganizationId }).Take(BatchSize).ToListAsync(ct);
        return moved.ConvertAll(o => (o.Id, o.OrganizationId));
    }

    private async Task<List<(Id<Order>, Id<Organization>)>> LeftAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("orders are followed for all");
        var db = scope.ServiceProvider.GetRequiredService<AutomatDb>();
        var before = clock.GetUtcNow() - Kept;
        var left = await db.Set<Order>().AsNoTracking()
            .Where(o => o.ClosedAt == null && o.State == OrderState.AwaitingPayment && o.CreatedAt < before
                && !db.Set<Purchase>().Any(p => p.Id == o.PurchaseId))
            .OrderBy(o => o.Id).Take(BatchSize).Select(o => new { o.Id, o.OrganizationId }).ToListAsync(ct);
        return left.ConvertAll(o => (o.Id, o.OrganizationId));
    }
}
