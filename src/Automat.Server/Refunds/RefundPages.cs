using Automat.Domain;
using Automat.Domain.Claims;
using Automat.Domain.Refunds;
using Automat.Server.Data;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Refunds;

/// <summary>What staff have to decide about money on its way back, and the ways to do it.</summary>
internal sealed class RefundPages(
    AutomatDb db, AskRefund ask, DecideRefund decide, DecideClaim claims, SolvePayback paybacks, PayOutCash desk)
{
    public const string Address = "/panel/refunds";

    private const int Most = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", async (HttpContext context, string? done, RefundPages refunds, CancellationToken ct) =>
            Pages.Show<RefundsPage>(await refunds.ViewAsync(context, ct) with { Done = DoneText(done) })).RequirePermission(Permission.SalesRead);
        Form("/ask", Permission.RefundWrite, (refunds, context, form, ct) => refunds.AskAsync(context, form, ct));
        Form("/approve", Permission.RefundApprove, (refunds, context, form, ct) => refunds.ApproveAsync(context, form, ct));
        Form("/reject", Permission.RefundApprove, (refunds, context, form, ct) => refunds.RejectAsync(context, form, ct));
        Form("/claim", Permission.RefundWrite, (refunds, context, form, ct) => refunds.AnswerAsync(context, form, ct));
        Form("/retry", Permission.RefundWrite, (refunds, context, form, ct) => refunds.RetryAsync(context, form, ct));
        Form("/settle", Permission.RefundApprove, (refunds, context, form, ct) => refunds.SettleAsync(context, form, ct));
        Form("/pay-out", Permission.RefundWrite, (refunds, context, form, ct) => refunds.HandOutAsync(context, form, ct));

        void Form(string path, Permission permission, Func<RefundPages, HttpContext, IFormCollection, CancellationToken, Task<Outcome>> work)
        {
            var form = pages.MapForm(path, (HttpContext context, RefundPages refunds, CancellationToken ct) => refunds.DoAsync(context, work, ct))
                .RequirePermission(permission);
            // The second person is there in person, not a screen left open.
            if (permission is Permission.RefundApprove) form.RequireFreshProof(Address);
        }
    }

    private async Task<IResult> DoAsync(
        HttpContext context, Func<RefundPages, HttpContext, IFormCollection, CancellationToken, Task<Outcome>> work, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        try
        {
            var outcome = await work(this, context, form, ct);
            if (outcome is { Code: null, Sale: { } sale })
                return context.SeeOther($"/panel/sales/{sale}?done={(outcome.Done == "requested" ? "requested" : "refunded")}");
            if (outcome.Code is null) return context.SeeOther($"{Address}?done={outcome.Done}");
            context.Response.Headers.CacheControl = "no-cache, no-store"; // the code is shown this once
            return Pages.Show<RefundsPage>(await ViewAsync(context, ct) with { Done = DoneText(outcome.Done), PayoutCode = outcome.Code });
        }
        catch (RuleException refused) when (ErrorText(refused.Code) is { } text)
        {
            return Pages.Show<RefundsPage>(await ViewAsync(context, ct) with { Error = text }, StatusCodes.Status409Conflict);
        }
        catch (FieldsException)
        {
            return Pages.Show<RefundsPage>(
                await ViewAsync(context, ct) with { Error = "Refunds.Invalid" }, StatusCodes.Status422UnprocessableEntity);
        }
    }

    private async Task<Outcome> AskAsync(HttpContext context, IFormCollection form, CancellationToken ct)
    {
        var vend = Guid.TryParse(form["vend"], out var id) ? id : throw new RuleException("vend_unknown", "There is no such sale.");
        var typed = form["amount"].ToString().Trim();
        var amount = typed.Length == 0 ? null : await MinorAsync(context, typed, ct);
        var made = await ask.RunAsync(context.User, vend, new AskRefundRequest(amount, form["reason"], form["note"]), Key(form), ct);
        return new Outcome(
            made.Status == "requested" ? "requested" : "made", made.PayoutCode, form["from"] == "sale" ? vend : null);
    }

    private async Task<Outcome> ApproveAsync(HttpContext context, IFormCollection form, CancellationToken ct)
    {
        var agreed = await decide.ApproveAsync(context.User, IdIn(form), ct);
        return new Outcome("approved", agreed.PayoutCode);
    }

    private async Task<Outcome> RejectAsync(HttpContext context, IFormCollection form, CancellationToken ct)
    {
        await decide.RejectAsync(context.User, IdIn(form), form["reason"], ct);
        return new Outcome("rejected");
    }

    private async Task<Outcome> AnswerAsync(HttpContext context, IFormCollection form, CancellationToken ct)
    {
        var decided = await claims.RunAsync(
            context.User, IdIn(form), new DecideClaimRequest(form["decision"], null, form["answer"]), Key(form), ct);
        return new Outcome(decided.Status == "waiting" ? "requested" : "decided");
    }

    private async Task<Outcome> RetryAsync(HttpContext context, IFormCollection form, CancellationToken ct)
    {
        await paybacks.RetryAsync(context.User, IdIn(form), ct);
        return new Outcome("retried");
    }

    private async Task<Outcome> SettleAsync(HttpContext context, IFormCollection form, CancellationToken ct)
    {
        await paybacks.SettleAsync(context.User, IdIn(form), new SettlePaybackRequest(form["way"], form["reason"]), Key(form), ct);
        return new Outcome("settled");
    }

    private async Task<Outcome> HandOutAsync(HttpContext context, IFormCollection form, CancellationToken ct)
    {
        await desk.RunAsync(context.User, form["code"], Key(form), ct);
        return new Outcome("paid");
    }

    /// <summary>An amount as people write it, in the organisation's currency.</summary>
    private async Task<long?> MinorAsync(HttpContext context, string typed, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var currency = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
        return TypedAmount.MinorOf(typed, currency);
    }

    private async Task<RefundsView> ViewAsync(HttpContext context, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var me = context.User.PersonOf()?.ToString();
        var waiting = await db.Set<RefundCase>().AsNoTracking()
            .Where(c => c.OrganizationId == organization && c.Status == RefundCaseStatus.Requested)
            .OrderBy(c => c.Id).Take(Most).ToListAsync(ct);
        var claimed = await db.Set<Claim>().AsNoTracking()
            .Where(c => c.OrganizationId == organization && c.Status == ClaimStatus.Waiting && c.RefundId == null)
            .OrderBy(c => c.CreatedAt).Take(Most).ToListAsync(ct);
        var failed = await db.Set<Payback>().AsNoTracking()
            .Where(p => p.OrganizationId == organization && p.Status == PaybackStatus.Failed)
            .OrderBy(p => p.Id).Take(Most).ToListAsync(ct);
        var payouts = await db.Set<CashPayout>().AsNoTracking()
            .Where(p => p.OrganizationId == organization && p.PaidAt == null).OrderBy(p => p.Id).Take(Most).ToListAsync(ct);
        return new RefundsView(
            [.. waiting.Select(c => new WaitingRefundView(
                c.Id.ToString(), new Amount(c.Amount, c.Currency.Code), c.MachineId.Value, c.VendId.ToString(), ReasonTexts.Of(c.Reason),
                c.Note, c.RequestedAt, c.ExpiresAt, c.RequestedBy == me))],
            [.. claimed.Select(c => new WaitingClaimView(
                c.Id.ToString(), ClaimText(c.Kind), c.Text, c.MachineId.Value, c.VendId.ToString(), c.CreatedAt))],
            [.. failed.Select(p => new FailedPaybackView(
                p.Id.ToString(), new Amount(p.Amount, p.Currency.Code), p.Provider, p.Error, p.VendId.ToString(), p.CreatedAt))],
            [.. payouts.Select(p => new OwedCashView(new Amount(p.Amount, p.Currency.Code), p.VendId.ToString(), p.CreatedAt))])
        {
            MayWrite = context.User.Allows(Permission.RefundWrite),
            MayApprove = context.User.Allows(Permission.RefundApprove),
        };
    }

    private static Guid IdIn(IFormCollection form) => Guid.TryParse(form["id"], out var id) ? id : Guid.Empty;

    /// <summary>The form brings its own key: sent twice, it is done once.</summary>
    private static string Key(IFormCollection form) => Guid.TryParse(form["key"], out var key) ? key.ToString() : Guid.CreateVersion7().ToString();

    private static string? DoneText(string? done) => done switch
    {
        "made" => "Done.Made",
        "requested" => "Done.Requested",
        "approved" => "Done.Approved",
        "rejected" => "Done.Rejected",
        "decided" => "Done.Decided",
        "retried" => "Done.Retried",
        "settled" => "Done.Settled",
        "paid" => "Done.Paid",
        _ => null,
    };

    private static string? ErrorText(string code) => code switch
    {
        "refund_own_request" => "Refused.OwnRequest",
        "refund_above_rest" => "Refused.AboveRest",
        "refund_window_over" => "Refused.WindowOver",
        "refund_status" or "refund_expired" or "claim_status" or "payback_status" => "Refused.DecidedMeanwhile",
        "vend_unknown" => "Refused.NoSale",
        "vend_status" => "Refused.NotDelivered",
        "payout_unknown" => "Refused.NoPayout",
        "payout_paid" => "Refused.PaidBefore",
        "amount_invalid" or "amount_too_precise" or "amount_too_large" => "Refused.Amount",
        "refund_unknown" or "claim_unknown" or "payback_unknown" => "Refused.Gone",
        _ => null,
    };

    internal static string ClaimText(ClaimKind kind) => kind switch
    {
        ClaimKind.NothingCameOut => "Reason.NotDelivered",
        ClaimKind.WrongProduct => "Reason.WrongProduct",
        ClaimKind.Damaged => "Reason.Damaged",
    };

    private sealed record Outcome(string Done, string? Code = null, Guid? Sale = null);
}
