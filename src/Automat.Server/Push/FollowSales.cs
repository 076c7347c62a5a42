using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Push;

/// <summary>
/// Looks which sales have moved that a device is told of, in small batches; selling knows nothing of it. Those that are over are
/// looked at more rarely: all that can follow is money going back.
/// </summary>
internal sealed class FollowSales(IServiceScopeFactory scopes, TimeProvider clock, ILogger<FollowSales> log) : BackgroundService
{
    private const int BatchSize = 100;
    private const int RoundsBetweenQuiet = 5;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);

    protected override Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var round = 0;
        return Rounds.RunLaterAsync(
            clock, Interval,
            async ct =>
            {
                await FollowAccountsAsync(ct);
                foreach (var moved in await MovedAsync(withQuiet: round++ % RoundsBetweenQuiet == 0, ct))
                {
                    var organization = new Id<Organization>(moved.Organization);
                    await using var scope = scopes.CreateScopeOf(organization).WorkOf("push");
                    await scope.ServiceProvider.GetRequiredService<TellDevice>().RunAsync(organization, new Id<PushFollow>(moved.Follow), ct);
                }
            },
            error => log.LogError(error, "Devices could not be told of sales; tried again"), stoppingToken);
    }

    private async Task<List<Moved>> MovedAsync(bool withQuiet, CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("devices are told of sales for all");
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Database.SqlQuery<Moved>(
            $"""
             select f.id as "Follow", f.organization_id as "Organization"
             from push_follows f join purchases p on p.id = f.purchase_id
                 left join vends v on v.id = p.vend_id left join orders o on o.purchase_id = p.id
             where (f.quiet_since is null or {withQuiet})
                 and (p.status <> f.seen_purchase or v.status is distinct from f.seen_vend or (o.ready_at is not null) <> f.seen_ready
                     or f.seen_back <> coalesce((select sum(b.amount) from paybacks b where b.vend_id = p.vend_id), 0))
             order by f.id limit {BatchSize}
             """).ToListAsync(ct);
    }

    /// <summary>Devices of an account are told of its orders as these come.</summary>
    private async Task FollowAccountsAsync(CancellationToken ct)
    {
        await using var across = scopes.CreateScopeAcross("devices are told of sales for all");
        var unknown = await across.ServiceProvider.GetRequiredService<AutomatDb>().Database.SqlQuery<Unknown>(
            $"""
             select d.id as "Device", d.organization_id as "Organization", o.purchase_id as "Purchase"
             from orders o join push_devices d on d.customer_id = o.customer_id
             where o.closed_at is null and o.customer_id is not null
                 and not exists (select from push_follows f where f.device_id = d.id and f.purchase_id = o.purchase_id)
             order by o.id limit {BatchSize}
             """).ToListAsync(ct);
        var seen = SaleMark.Begun;
        foreach (var one in unknown)
        {
            await using var scope = scopes.CreateScopeOf(new Id<Organization>(one.Organization)).WorkOf("push");
            var now = clock.GetUtcNow().ToUniversalTime();
            await scope.ServiceProvider.GetRequiredService<AutomatDb>().Database.ExecuteSqlAsync(
                $"""
                 insert into push_follows (id, organization_id, device_id, purchase_id, seen_purchase, seen_ready, seen_back, created_at)
                 values ({Id<PushFollow>.New(now).Value}, {one.Organization}, {one.Device}, {one.Purchase}, {seen.Purchase.ToString()},
                     {seen.IsReady}, {seen.Back}, {now})
                 on conflict do nothing
                 """, ct);
        }
    }

    private sealed class Moved
    {
        public Guid Follow { get; init; }

        public Guid Organization { get; init; }
    }

    private sealed class Unknown
    {
        public Guid Device { get; init; }

        public Guid Organization { get; init; }

        public Guid Purchase { get; init; }
    }
}
