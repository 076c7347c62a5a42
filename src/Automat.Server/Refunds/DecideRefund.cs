using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Refunds;
using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Platform;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Refunds;

/// <summary>Why a second person says no.</summary>
/// <param name="Reason">In words, for whoever asked.</param>
internal sealed record RejectRefundRequest(string? Reason);

/// <summary>A second person agrees: the money is booked back. What is left of the sale is weighed again.</summary>
internal sealed class ApproveRefund(
    Id<RefundCase> id, Id<Vend> vendId, string person, AuditSignature by, string code, VendRefunds vends)
    : JournalCommand<RefundAnswer>
{
    public override string Key => $"refund-approval:{id}:{person}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<RefundCaseRows>().Ask(id);
        RefundBook.Ask(rows, vendId);
    }

    public override RefundAnswer Decide(JournalRows rows, DateTimeOffset now) =>
        new RefundBook(rows, vends, by, now).Approve(
            DecideRefund.Find(rows, id), VendRefunds.Find(rows, Organization, vendId), person, CashPayout.HashOf(code));
}

/// <summary>A second person refuses: what was kept for the request is free again.</summary>
internal sealed class RejectRefund(
    Id<RefundCase> id, Id<Vend> vendId, string person, string answer, AuditSignature by, VendRefunds vends)
    : JournalCommand<RefundAnswer>
{
    public override string Key => $"refund-rejection:{id}:{person}";

    public override string Fingerprint => answer;

    public override void Ask(JournalRows rows)
    {
        rows.Of<RefundCaseRows>().Ask(id);
        RefundBook.Ask(rows, vendId);
    }

    public override RefundAnswer Decide(JournalRows rows, DateTimeOffset now)
    {
        var refund = DecideRefund.Find(rows, id);
        return new RefundBook(rows, vends, by, now).Keep(
            refund.Status, refund.Reject(person, answer, now), "refund.rejected", answer);
    }
}

/// <summary>The second person decides about a refund.</summary>
internal sealed class DecideRefund(AutomatDb db, Journal.Journal journal, VendRefunds vends, Actor actor)
{
    private const int LongestAnswer = 200;

    /// <summary>Books the refund.</summary>
    /// <exception cref="RuleException">
    /// <c>refund_unknown</c>, <c>refund_status</c>, <c>refund_own_request</c>, <c>refund_expired</c>, <c>refund_above_rest</c>.
    /// </exception>
    public async Task<RefundView> ApproveAsync(ClaimsPrincipal caller, Guid id, CancellationToken ct)
    {
        var refund = await FindAsync(caller, id, ct);
        var code = CashPayout.NewCode();
        var answer = await journal.ExecuteAsync(
            new ApproveRefund(refund.Id, refund.VendId, PersonOf(caller), AuditSignature.Of(actor), code, vends)
            {
                Organization = refund.OrganizationId,
            }, ct);
        return answer.Told(code);
    }

    /// <summary>Refuses it.</summary>
    /// <exception cref="RuleException"><c>refund_unknown</c>, <c>refund_status</c>, <c>refund_own_request</c>, <c>refund_expired</c>.</exception>
    /// <exception cref="FieldsException"><c>rejection_invalid</c>.</exception>
    public async Task<RefundView> RejectAsync(ClaimsPrincipal caller, Guid id, string? reason, CancellationToken ct)
    {
        var said = reason?.Trim() ?? "";
        if (said.Length is 0 or > LongestAnswer || said.Any(char.IsControl))
        {
            throw new FieldsException("rejection_invalid", new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["reason"] = $"Say in 1 to {LongestAnswer} characters why not.",
            });
        }

        var refund = await FindAsync(caller, id, ct);
        var answer = await journal.ExecuteAsync(
            new RejectRefund(refund.Id, refund.VendId, PersonOf(caller), said, AuditSignature.Of(actor), vends)
            {
                Organization = refund.OrganizationId,
            }, ct);
        return answer.Refund;
    }

    public static void Map(IEndpointRouteBuilder refunds)
    {
        refunds.MapPost("/{id:guid}/approval", async (
            Guid id, DecideRefund decide, HttpContext context, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(await decide.ApproveAsync(caller, id, ct));
        }).RequirePermission(Permission.RefundApprove).WithName(nameof(ApproveRefund))
            .WithSummary("Agree to a refund somebody else asked for");
        refunds.MapPost("/{id:guid}/rejection", async (
            Guid id, RejectRefundRequest request, DecideRefund decide, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(await decide.RejectAsync(caller, id, request.Reason, ct)))
            .RequirePermission(Permission.RefundApprove).WithName(nameof(RejectRefund))
            .WithSummary("Refuse a refund somebody else asked for");
    }

    internal static RefundCase Find(JournalRows rows, Id<RefundCase> id) =>
        rows.Of<RefundCaseRows>().TryGet(id, out var refund) ? refund : throw Unknown(id.Value);

    private static RuleException Unknown(Guid id) => new("refund_unknown", $"There is no refund {id}.");

    private static string PersonOf(ClaimsPrincipal caller) => caller.PersonOf()?.ToString()
        ?? throw new RuleException("forbidden", "Only a person can be the second person.");

    private async Task<RefundCase> FindAsync(ClaimsPrincipal caller, Guid id, CancellationToken ct)
    {
        var wanted = new Id<RefundCase>(id);
        var organization = caller.OrganizationOf();
        return await db.Set<RefundCase>().AsNoTracking()
            .SingleOrDefaultAsync(c => c.Id == wanted && c.OrganizationId == organization, ct) ?? throw Unknown(id);
    }
}
