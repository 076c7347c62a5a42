using System.Security.Claims;
using Automat.Server.Data;
using Automat.Server.Panel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Messages;

/// <summary>Reports nobody has looked at, on the panel's first page; those of something dangerous before all others.</summary>
internal sealed class MessageAttention(AutomatDb db, IStringLocalizer<Texts> t) : IPanelAttention
{
    public async Task<IReadOnlyList<AttentionItem>> LookAsync(ClaimsPrincipal who, CancellationToken ct)
    {
        if (!who.Allows(Permission.SalesRead)) return [];
        var organization = who.OrganizationOf();
        var waiting = await db.Set<CustomerMessage>().AsNoTracking()
            .Where(m => m.OrganizationId == organization && m.State == MessageState.New)
            .GroupBy(m => m.Topic == MessageTopic.Danger)
            .Select(g => new Waiting { IsDanger = g.Key, Count = g.Count(), Since = g.Min(m => m.ReceivedAt) }).ToListAsync(ct);
        return [.. waiting.Select(w => new AttentionItem(
            w.IsDanger ? t["Messages.Danger", w.Count] : t["Messages.Waiting", w.Count], null,
            w.IsDanger ? $"{MessagePages.Address}?state=New&topic=Danger" : $"{MessagePages.Address}?state=New")
        {
            Since = w.Since,
            IsUrgent = w.IsDanger,
        })];
    }

    private sealed class Waiting
    {
        public bool IsDanger { get; init; }

        public int Count { get; init; }

        public DateTimeOffset Since { get; init; }
    }
}
