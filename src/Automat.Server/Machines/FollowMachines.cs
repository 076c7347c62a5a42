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

    public static void Map(IEndpointRouteBuilder machines)
    {
        machines.MapGet("/{id}/status", async (
            string id, AutomatDb db, DriverRegistry drivers, MachineStatuses statuses, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(MachineStatusView.Of(await db.OwnMachineAsync(caller, id, ct), drivers, statuses)))
            .RequirePermission(Permission.MachineRead).WithName("GetMachineStatus").WithSummary("How a machine is right now");
        machines.MapGet("/{id}/outages", OutagesAsync)
            .RequirePermission(Permission.MachineRead).WithName("ListOutages").WithSummary("When a machine could not be reached, newest first");
        machines.MapGet("/events", (
            MachineDirectory directory, DriverRegistry drivers, MachineStatuses statuses, ClaimsPrincipal caller,
            HttpContext http, IHostApplicationLifetime life) =>
        {
            http.Response.Headers.CacheControl = "no-store";
            http.Response.Headers["X-Accel-Buffering"] = "no";
            var ending = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, life.ApplicationStopping);
            http.Response.RegisterForDispose(ending);
            return TypedResults.ServerSentEvents(
                EventsAsync(caller.OrganizationOf(), directory, drivers, statuses, ending.Token));
        }).RequirePermission(Permission.MachineRead).WithName(nameof(FollowMachines))
            .WithSummary("Statuses of all machines as they change (server-sent events)");
    }

    private static async Task<IResult> OutagesAsync(
        string id, string? cursor, int? limit, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct)
    {
        if (limit is < 1 or > Most)
        {
            throw new FieldsException("query_invalid", new Dictionary<string, string> { ["limit"] = $"A page has 1 to {Most}." });
        }

        var machine = await db.OwnMachineAsync(caller, id, ct);
        var size = limit ?? 50;
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

    private static async IAsyncEnumerable<SseItem<MachineStatusView?>> EventsAsync(
        Id<Organization> organization, MachineDirectory directory, DriverRegistry drivers, MachineStatuses statuses,
        [EnumeratorCancellation] CancellationToken ct)
    {
        // Without it nothing would be sent, not even that the stream is open, until something changes.
        yield return new SseItem<MachineStatusView?>(null, "ready");
        await using var changes = statuses.FollowAsync(ct).GetAsyncEnumerator(ct);
        while (true)
        {
            try
            {
                if (!await changes.MoveNextAsync()) yield break;
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                yield break; // whoever listened has gone, or the server stops
            }

            var (id, _) = changes.Current;
            if (await directory.FindAsync(id, CancellationToken.None) is not { } machine) continue;
            if (machine.OrganizationId != organization) continue;
            yield return new SseItem<MachineStatusView?>(MachineStatusView.Of(machine, drivers, statuses), "status");
        }
    }
}
