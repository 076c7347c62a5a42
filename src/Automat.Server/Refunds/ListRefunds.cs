using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Refunds;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Refunds;

/// <summary>Shows what was asked for, newest first.</summary>
internal static class ListRefunds
{
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder refunds)
    {
        refunds.MapGet("", ListAsync).RequirePermission(Permission.SalesRead)
            .WithName(nameof(ListRefunds)).WithSummary("Refunds somebody asked for, newest first");
        refunds.MapGet("/{id:guid}", async (Guid id, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            var (wanted, organization) = (new Id<RefundCase>(id), caller.OrganizationOf());
            return await db.Set<RefundCase>().AsNoTracking()
                .SingleOrDefaultAsync(c => c.Id == wanted && c.OrganizationId == organization, ct) is { } refund
                ? TypedResults.Ok(RefundView.Of(refund))
                : throw new RuleException("refund_unknown", $"There is no refund {id}.");
        }).RequirePermission(Permission.SalesRead).WithName("GetRefund").WithSummary("One refund");
    }

    private static async Task<IResult> ListAsync(
        string? status, Guid? vend, Guid? cursor, int? limit, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct)
    {
        var size = PageSize.Of(limit, Most);
        var wanted = RefundView.Named<RefundCaseStatus>(status);
        var organization = caller.OrganizationOf();
        var query = db.Set<RefundCase>().AsNoTracking().Where(c => c.OrganizationId == organization);
        if (wanted is not null) query = query.Where(c => c.Status == wanted);
        if (vend is { } sale)
        {
            var id = new Id<Vend>(sale);
            query = query.Where(c => c.VendId == id);
        }

        if (cursor is { } before) query = query.Where(c => (Guid)(object)c.Id < before);
        var page = await query.OrderByDescending(c => c.Id).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(new
        {
            items = page.Take(size).Select(RefundView.Of),
            next_cursor = page.Count > size ? page[size - 1].Id.Value : (Guid?)null,
        });
    }
}
