using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines;

/// <summary>A time a machine could not be reached, as staff see it.</summary>
internal sealed record OutageView(DateTimeOffset From, DateTimeOffset? To, string Reason);

/// <summary>How machines are: one of them, its outages, and all of an organisation's as they change.</summary>
internal static class FollowMachines
{
    private const int Most = 100;

    private static readonly TimeSpan SignOfLife = TimeSpan.FromSeconds(20);

    public static void Map(IEndpointRouteBuilder machines)
    {
        machines.MapGet("/{id}/status", async (
            string id, AutomatDb db, DriverRegistry drivers, MachineStatuses statuses, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(MachineStatusView.Of(await db.OwnMachineAsync(caller, id, ct), drivers, statuses)))
            .RequirePermission(Permission.MachineRead).WithName("GetMachineStatus").WithSummary("How a machine is right now");
        machines.MapGet("/{id}/outages", OutagesAsync)
            .RequirePermission(Permission.MachineRead).WithName("ListOutages").WithSummary("When a machine could not be reached, newest first");
        machines.MapGet("/events", (ClaimsPrincipal caller, HttpContext http, IHostApplicationLifetime life, IServiceProvider services) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers["X-Accel-Buffering"] = "no";
            var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, life.ApplicationStopping);
            http.Response.RegisterForDispose(ending);
            return TypedResults.ServerSentEvents(EventsAsync(caller.OrganizationOf(), services, ending.Token));
        }).RequirePermission(Permission.MachineRead).WithName(nameof(FollowMachines))
            .WithSummary("Statuses of all machines as they change (server-sent events)");
    }

    private static async Task<IResult> OutagesAsync(
        string id, string? cursor, int? limit, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct)
    {
        var size = PageSize.Of(limit, Most);
        var machine = await db.OwnMachineAsync(caller, id, ct);
        var query = db.Set<Outage>().AsNoTracking().Where(o => o.MachineId == machine.Id);
        if (cursor is not null)
        {
            if (!DateTimeOffset.TryParse(cursor, System.Globalization.CultureInfo.InvariantCulture, out var before))
            {
                throw new FieldsException("query_invalid", new Dictionary<string, string> { ["cursor"] = "Use next_cursor of the page before." });
            }

            before = before.ToUniversalTime();
            query = query.Where(o => o.From < before);
        }

        var page = await query.OrderByDescending(o => o.From).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(new
        {
            items = page.Take(size).Select(o => new OutageView(o.From, o.To, o.Reason)),
            next_cursor = page.Count > size ? page[size - 1].From.ToString("O", System.Globalization.CultureInfo.InvariantCulture) : null,
        });
    }

    /// <summary>All machines as they are, then changes as they happen; and a sign of life when there are none for a while.</summary>
    private static async IAsyncEnumerable<SseItem<MachineStatusView?>> EventsAsync(
        Id<Organization> organization, IServiceProvider services, [EnumeratorCancellation] CancellationToken ct)
    {
        // Without it nothing would be sent where there is no machine, not even that the stream is open.
        yield return new SseItem<MachineStatusView?>(null, "ready");
        var (directory, drivers) = (services.GetRequiredService<MachineDirectory>(), services.GetRequiredService<DriverRegistry>());
        var statuses = services.GetRequiredService<MachineStatuses>();
        var clock = services.GetRequiredService<TimeProvider>();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        await using var changes = statuses.FollowAsync(over.Token).GetAsyncEnumerator(CancellationToken.None);
        var next = changes.MoveNextAsync().AsTask(); // before looking: what comes meanwhile is not missed
        try
        {
            foreach (var machine in await AllAsync(services, organization, ct))
            {
                yield return new SseItem<MachineStatusView?>(MachineStatusView.Of(machine, drivers, statuses), "status");
            }

            while (true)
            {
                if (await Task.WhenAny(next, Task.Delay(SignOfLife, clock, CancellationToken.None)) != next)
                {
                    yield return new SseItem<MachineStatusView?>(null, "alive");
                    continue;
                }

                if (next.IsCanceled || !await next) yield break; // whoever listened has gone, or the server stops
                var (id, _) = changes.Current;
                next = changes.MoveNextAsync().AsTask();
                if (await directory.FindAsync(id, CancellationToken.None) is not { } machine) continue;
                if (machine.OrganizationId != organization) continue;
                yield return new SseItem<MachineStatusView?>(MachineStatusView.Of(machine, drivers, statuses), "status");
            }
        }
        finally
        {
            await over.CancelAsync();
            await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // it must have ended before it is let go
        }
    }

    private static async Task<List<Machine>> AllAsync(
        IServiceProvider services, Id<Organization> organization, CancellationToken ct)
    {
        await using var scope = services.GetRequiredService<IServiceScopeFactory>().CreateScopeOf(organization);
        return await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Machine>().AsNoTracking()
            .Where(m => m.OrganizationId == organization && m.State != MachineState.Retired).OrderBy(m => m.CreatedAt)
            .ToListAsync(ct);
    }
}
