using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Refunds;

/// <summary>What staff type at the desk.</summary>
/// <param name="Code">The code the customer shows.</param>
internal sealed record PayOutCashRequest(string? Code);

/// <summary>Cash owed at the desk, or handed out.</summary>
internal sealed record PayoutView(
    Guid Id, Guid Vend, long Amount, string Currency, DateTimeOffset CreatedAt, DateTimeOffset? PaidAt, long? LedgerSequence)
{
    public static PayoutView Of(CashPayout payout) => new(
        payout.Id.Value, payout.VendId.Value, payout.Amount, payout.Currency.Code, payout.CreatedAt, payout.PaidAt, payout.Entry);
}

/// <summary>Cash was handed out for a code: <c>payouts −a, desk +a</c>. The same code never again.</summary>
internal sealed class BookPayout(Id<CashPayout> id, string key, AuditSignature by) : JournalCommand<PayoutView>
{
    public override string Key => $"payout:{key}";

    public override string Fingerprint => id.ToString();

    public override void Ask(JournalRows rows) => rows.Of<CashPayoutRows>().Ask(id);

    public override PayoutView Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<CashPayoutRows>().TryGet(id, out var payout)) throw PayOutCash.Unknown();
        if (payout.PaidAt is { } before)
        {
            throw new RuleException("payout_paid", $"This was handed out on {before:yyyy-MM-dd} at {before:HH:mm} UTC already.");
        }

        var entry = LedgerDraft.Of(
            "payout.paid", payout.Currency,
            Details.None.With("payout", payout.Id.ToString()).With("vend", payout.VendId.ToString()),
            new Posting(Accounts.Payouts, -payout.Amount), new Posting(Accounts.Desk, payout.Amount));
        var sequence = rows.Book(Organization, entry, now)!.Value;
        var paid = payout with { PaidAt = now, PaidBy = by.Id, Entry = sequence };
        rows.Of<CashPayoutRows>().Put(paid);
        rows.Of<AuditRows>().Note(
            Organization, by, now, "payout.paid", "payout", id.ToString(), new Money(payout.Amount, payout.Currency).ToString());
        return PayoutView.Of(paid);
    }
}

/// <summary>The code was lost: a new one takes its place.</summary>
internal sealed class ReplacePayoutCode(Id<CashPayout> id, string code, AuditSignature by) : JournalCommand<bool>
{
    public override string Key { get; } = $"payout-code:{id}:{Guid.CreateVersion7()}";

    public override void Ask(JournalRows rows) => rows.Of<CashPayoutRows>().Ask(id);

    public override bool Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<CashPayoutRows>().TryGet(id, out var payout)) throw PayOutCash.Unknown();
        if (payout.PaidAt is not null) throw new RuleException("payout_paid", "This was handed out already.");
        rows.Of<CashPayoutRows>().Put(payout with { CodeHash = CashPayout.HashOf(code) });
        rows.Of<AuditRows>().Note(Organization, by, now, "payout.code_replaced", "payout", id.ToString());
        return true;
    }
}

/// <summary>Hands out cash at the desk.</summary>
internal sealed class PayOutCash(AutomatDb db, Journal.Journal journal, Idempotency keys, Actor actor)
{
    private const int LongestCode = 40;
    private const int Most = 200;

    /// <summary>Books that the cash for a code was handed out.</summary>
    /// <exception cref="RuleException"><c>payout_unknown</c>, <c>payout_paid</c>, <c>idempotency_key_reused</c>.</exception>
    public async Task<PayoutView> RunAsync(ClaimsPrincipal caller, string? code, string key, CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(code) || code.Length > LongestCode) throw Unknown();
        var organization = caller.OrganizationOf();
        var hash = CashPayout.HashOf(code);
        var payout = await db.Set<CashPayout>().AsNoTracking()
            .SingleOrDefaultAsync(p => p.OrganizationId == organization && p.CodeHash == hash, ct) ?? throw Unknown();
        using var running = keys.Begin(organization, key);
        return await journal.ExecuteAsync(
            new BookPayout(payout.Id, key, AuditSignature.Of(actor)) { Organization = organization }, ct);
    }

    public static void Map(IEndpointRouteBuilder payouts)
    {
        payouts.MapGet("", ListAsync).RequirePermission(Permission.SalesRead)
            .WithName("ListPayouts").WithSummary("Cash that is still to be handed out, oldest first");
        payouts.MapPost("/payment", async (
            PayOutCashRequest request, PayOutCash desk, HttpContext context, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(await desk.RunAsync(caller, request.Code, Idempotency.KeyOf(context), ct)))
            .RequirePermission(Permission.RefundWrite).RequireRateLimiting(RateLimits.SignIn)
            .WithName(nameof(PayOutCash)).WithSummary("Hand out cash for the code a customer shows");
        payouts.MapPost("/{id:guid}/code", async (
            Guid id, PayOutCash desk, HttpContext context, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            return TypedResults.Ok(new { id, payout_code = await desk.ReplaceCodeAsync(caller, id, ct) });
        }).RequirePermission(Permission.RefundApprove).WithName(nameof(ReplacePayoutCode))
            .WithSummary("Make a new code for a payout whose code was lost");
    }

    internal static RuleException Unknown() => new("payout_unknown", "No payout has this code.");

    private async Task<string> ReplaceCodeAsync(ClaimsPrincipal caller, Guid id, CancellationToken ct)
    {
        var (wanted, organization) = (new Id<CashPayout>(id), caller.OrganizationOf());
        if (!await db.Set<CashPayout>().AnyAsync(p => p.Id == wanted && p.OrganizationId == organization, ct)) throw Unknown();
        var code = CashPayout.NewCode();
        await journal.ExecuteAsync(
            new ReplacePayoutCode(wanted, code, AuditSignature.Of(actor)) { Organization = organization }, ct);
        return code;
    }

    private static async Task<IResult> ListAsync(
        Guid? cursor, int? limit, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct)
    {
        var size = PageSize.Of(limit, Most);
        var organization = caller.OrganizationOf();
        var query = db.Set<CashPayout>().AsNoTracking().Where(p => p.OrganizationId == organization && p.PaidAt == null);
        if (cursor is { } after) query = query.Where(p => (Guid)(object)p.Id > after);
        var page = await query.OrderBy(p => p.Id).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(new
        {
            items = page.Take(size).Select(PayoutView.Of),
            next_cursor = page.Count > size ? page[size - 1].Id.Value : (Guid?)null,
        });
    }
}
