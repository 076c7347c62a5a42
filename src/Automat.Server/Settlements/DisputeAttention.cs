using System.Security.Claims;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Settlements;

/// <summary>Disputes that want an answer, on the panel's first page: after the day they are due the money is gone.</summary>
internal sealed class DisputeAttention(AutomatDb db, IStringLocalizer<Texts> texts) : IPanelAttention
{
    public async Task<IReadOnlyList<AttentionItem>> LookAsync(ClaimsPrincipal who, CancellationToken ct)
    {
        if (!who.Allows(Permission.SalesRead)) return [];
        var organization = who.OrganizationOf();
        var waiting = await db.Set<DisputeCase>().AsNoTracking().Where(d => d.OrganizationId == organization && d.DueBy != null)
            .GroupBy(_ => 1).Select(g => new { Count = g.Count(), Money = g.Sum(d => d.Amount), Since = g.Min(d => d.OpenedAt) }).SingleOrDefaultAsync(ct);
        return waiting is null
            ? []
            : [
                new AttentionItem(texts["Disputes.Waiting", waiting.Count], null, $"{DisputePages.Address}?status=answer")
                {
                    Money = waiting.Money,
                    Since = waiting.Since,
                    IsUrgent = true,
                },
            ];
    }
}
