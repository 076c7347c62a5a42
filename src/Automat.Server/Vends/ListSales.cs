using System.Security.Claims;
using System.Text.Json;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Vends;

/// <summary>A machine's sale, whatever became of it. The pick-up code is shown once it opens nothing any more.</summary>
internal sealed record MachineSaleView(
    Guid Id, string Status, string? Reason, string Tender, long Amount, long Delivered, long Refunded, string Currency, bool Late,
    string? Session, string? Code, string? Email, Guid? Command, DateTimeOffset ReservedAt, DateTimeOffset? StartedAt,
    DateTimeOffset? SettledAt);

/// <summary>Lists what a machine sold, for who looks after it or holds it against the machine's own counts.</summary>
internal static class ListSales
{
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder sales) => sales.MapGet("", ListAsync)
        .RequirePermission(Permission.SalesRead).WithName(nameof(ListSales)).WithSummary("A machine's sales, newest first");

    private static async Task<IResult> ListAsync(
        string machine, Guid? cursor, int? limit, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct)
    {
        var size = PageSize.Of(limit, Most);
        var own = await db.OwnMachineAsync(caller, machine, ct);
        var query = db.Set<Vend>().AsNoTracking().Where(v => v.Machine == own.Id);
        if (cursor is { } before) query = query.Where(v => (Guid)(object)v.Id < before);
        var page = await query.OrderByDescending(v => v.Id).Take(size + 1).ToListAsync(ct);
        var shown = page.Take(size).ToList();
        var ids = shown.ConvertAll(v => (Domain.Id<Vend>?)v.Id);
        var commands = (await db.Set<MachineCommand>().AsNoTracking().Where(c => ids.Contains(c.VendId))
            .Select(c => new { c.Id, c.VendId }).ToListAsync(ct)).ToLookup(c => c.VendId!.Value, c => c.Id.Value);
        var emails = (await db.Set<Purchase>().AsNoTracking().Where(p => ids.Contains(p.VendId))
            .Select(p => new { p.VendId, p.Email }).ToListAsync(ct)).ToLookup(p => p.VendId!.Value, p => p.Email);
        return TypedResults.Ok(new
        {
            items = shown.Select(v => new MachineSaleView(
                v.Id.Value, ResolveVend.Word(v.Status), v.Reason,
                JsonNamingPolicy.SnakeCaseLower.ConvertName(v.Tender.Kind.ToString()), v.Amount.Amount, v.Delivered, v.Refunded,
                v.Amount.Currency.Code, v.Late, v.Session, VendLife.IsOpen(v.Status) ? null : v.Code, emails[v.Id].FirstOrDefault(),
                commands[v.Id].Select(c => (Guid?)c).Order().FirstOrDefault(), v.ReservedAt, v.StartedAt, v.SettledAt)),
            next_cursor = page.Count > size ? page[size - 1].Id.Value : (Guid?)null,
        });
    }
}
