using System.Security.Claims;
using Automat.Domain.Claims;
using Automat.Domain.Refunds;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Storefront;
using Automat.Server.Vends;
using Microsoft.AspNetCore.Components;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Refunds;

/// <summary>Refunds, claims and cash to be handed out of a sale; and the form to ask for a refund of it.</summary>
internal sealed class RefundStory(AutomatDb db, IStringLocalizer<Texts> t) : IVendStory
{
    private const int Most = 50;

    public StoryChapter Chapter => StoryChapter.Refunds;

    public async Task<IReadOnlyList<StoryEvent>> TellAsync(Vend vend, ClaimsPrincipal reader, CancellationToken ct)
    {
        var id = vend.Id;
        var told = new List<StoryEvent>();
        foreach (var refund in await db.Set<RefundCase>().AsNoTracking().Where(c => c.VendId == id).OrderBy(c => c.Id).Take(Most).ToListAsync(ct))
        {
            var (text, tone) = refund.Status switch
            {
                RefundCaseStatus.Requested => ("Story.Requested", "wait"),
                RefundCaseStatus.Done => ("Story.Refunded", "good"),
                RefundCaseStatus.Rejected => ("Story.Rejected", "bad"),
                RefundCaseStatus.Expired => ("Story.Expired", "idle"),
            };
            told.Add(new(refund.DecidedAt ?? refund.RequestedAt, t[text])
            {
                Tone = tone,
                Detail = $"{new Amount(refund.Amount, refund.Currency.Code)} · {t[ReasonTexts.Of(refund.Reason)]}{Dot(refund.Note)}{Dot(refund.Answer)}",
                Address = refund.Status is RefundCaseStatus.Requested ? RefundPages.Address : null,
            });
        }

        foreach (var claim in await db.Set<Domain.Claims.Claim>().AsNoTracking().Where(c => c.VendId == id).OrderBy(c => c.CreatedAt).Take(Most).ToListAsync(ct))
        {
            told.Add(new(claim.CreatedAt, t["Story.Claimed"])
            {
                Tone = claim.Status is ClaimStatus.Waiting ? "wait" : "idle",
                Detail = $"{t[RefundPages.ClaimText(claim.Kind)]}{Dot(claim.Text)}{Dot(claim.Answer)}",
                Address = claim.Status is ClaimStatus.Waiting ? RefundPages.Address : null,
            });
        }

        foreach (var payout in await db.Set<CashPayout>().AsNoTracking().Where(p => p.VendId == id).OrderBy(p => p.Id).Take(Most).ToListAsync(ct))
        {
            told.Add(new(payout.PaidAt ?? payout.CreatedAt, t[payout.PaidAt is null ? "Story.CashOwed" : "Story.CashPaid"])
            {
                Tone = payout.PaidAt is null ? "wait" : "good",
                Detail = new Amount(payout.Amount, payout.Currency.Code).ToString(),
            });
        }

        return told;
    }

    public RenderFragment? Offer(Vend vend, ClaimsPrincipal reader)
    {
        var left = vend.Delivered - vend.Refunded;
        if (left <= 0 || !reader.Allows(Permission.RefundWrite) || vend.Status is not (VendStatus.Committed or VendStatus.PartlyRefunded)) return null;
        return builder =>
        {
            builder.OpenComponent<RefundForm>(0);
            builder.AddComponentParameter(1, nameof(RefundForm.Vend), vend.Id.ToString());
            builder.AddComponentParameter(2, nameof(RefundForm.Left), new Amount(left, vend.Amount.Currency.Code));
            builder.CloseComponent();
        };
    }

    private static string Dot(string? text) => string.IsNullOrEmpty(text) ? "" : $" · {text}";
}
