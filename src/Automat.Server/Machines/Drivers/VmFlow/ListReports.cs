using System.Security.Claims;
using System.Text.Json;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>Something a board reported, as staff see it.</summary>
/// <param name="Kind"><c>sale</c>, <c>vend_fail</c>, <c>pax</c> or <c>dex</c>.</param>
/// <param name="At">By the board's clock.</param>
/// <param name="ReceivedAt">When it was heard.</param>
/// <param name="Amount">Cents of a sale, MDB units of a failure, people counted, bytes of audit data.</param>
/// <param name="Item">MDB item number; null where there is none.</param>
/// <param name="Late">It came after the time its signature is meant for.</param>
/// <param name="Insecure">No signature vouches for it.</param>
/// <param name="Vend">The sale it became.</param>
/// <param name="Refused">Why nothing followed from it.</param>
internal sealed record BoardReportView(
    string Kind, DateTimeOffset At, DateTimeOffset ReceivedAt, long Amount, int? Item, bool Late, bool Insecure, Guid? Vend,
    string? Refused)
{
    public static BoardReportView Of(BoardReport report) => new(
        JsonNamingPolicy.SnakeCaseLower.ConvertName(report.Kind.ToString()), report.At, report.ReceivedAt, report.Amount,
        report.Item < 0 ? null : report.Item, report.Late, report.Insecure, report.VendId?.Value, report.Refused);
}

/// <summary>What a board has reported, newest first.</summary>
internal static class ListReports
{
    private const int Most = 100;

    public static void Map(IEndpointRouteBuilder machines) => machines
        .MapGet("/{id}/vmflow-reports", async (
            string id, int? limit, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            var machine = await db.OwnMachineAsync(caller, id, ct);
            var newest = await db.Set<BoardReport>().AsNoTracking().Where(r => r.MachineId == machine.Id)
                .OrderByDescending(r => r.ReceivedAt).Take(PageSize.Of(limit, Most)).ToListAsync(ct);
            return TypedResults.Ok(new { items = newest.Select(BoardReportView.Of) });
        })
        .RequirePermission(Permission.MachineRead)
        .WithName("ListVmFlowReports").WithSummary("What a VMflow board has reported, newest first");
}
