using System.Security.Claims;
using Automat.Domain.Claims;
using Automat.Domain.Refunds;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Dashboard;

/// <summary>Money nobody has decided about: sales in doubt, refunds and claims that wait, paybacks that did not arrive.</summary>
internal sealed class MoneyAttention(AutomatDb db, IStringLocalizer<Texts> texts) : IPanelAttention
{
    public async Task<IReadOnlyList<AttentionItem>> LookAsync(ClaimsPrincipal who, CancellationToken ct)
    {
        if (!who.Allows(Permission.SalesRead)) return [];
        var organization = who.OrganizationOf();
        Waiting?[] all =
        [
            await SumAsync(
                db.Set<Vend>().Where(v => v.Organization == organization && v.Status == VendStatus.Unknown)
                    .Select(v => new Row { Money = v.Amount.Amount, At = v.ReservedAt }), "Doubts.Title", "/panel/doubts", ct),
            await SumAsync(
                db.Set<RefundCase>().Where(c => c.OrganizationId == organization && c.Status == RefundCaseStatus.Requested)
                    .Select(c => new Row { Money = c.Amount, At = c.RequestedAt }), "Refunds.Title", "/panel/refunds", ct),
            await SumAsync(
                db.Set<Domain.Claims.Claim>().Where(c => c.OrganizationId == organization && c.Status == ClaimStatus.Waiting && c.RefundId == null)
                    .Select(c => new Row { Money = 0, At = c.CreatedAt }), "Claims.Title", "/panel/refunds", ct),
            await SumAsync(
                db.Set<Payback>().Where(p => p.OrganizationId == organization && p.Status == PaybackStatus.Failed)
                    .Select(p => new Row { Money = p.Amount, At = p.CreatedAt }), "Paybacks.Title", "/panel/refunds", ct),
        ];
        return
        [
            .. all.OfType<Waiting>().Select(one => new AttentionItem(texts[one.Title, one.Count], null, one.Address)
            {
                Money = one.Money,
                Since = one.Since,
            }),
        ];
    }

    private static async Task<Waiting?> SumAsync(IQueryable<Row> rows, string title, string address, CancellationToken ct)
    {
        var sum = await rows.AsNoTracking().GroupBy(_ => 1)
            .Select(g => new { Count = g.Count(), Money = g.Sum(r => r.Money), Since = g.Min(r => r.At) }).SingleOrDefaultAsync(ct);
        return sum is null ? null : new Waiting(title, address, sum.Count, sum.Money, sum.Since);
    }

    private sealed class Row
    {
        public long Money { get; init; }

        public DateTimeOffset At { get; init; }
    }

    private sealed record Waiting(string Title, string Address, int Count, long Money, DateTimeOffset Since);
}
