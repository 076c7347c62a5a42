using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Refunds;

/// <summary>How staff paid back what a provider could not.</summary>
/// <param name="Way"><c>cash</c> at the desk, or <c>bank</c> transfer.</param>
/// <param name="Reason">In words; never personal data.</param>
internal sealed record SettlePaybackRequest(string? Way, string? Reason);

/// <summary>Money a provider is to give back, as staff see it.</summary>
internal sealed record PaybackView(
    Guid Id, Guid Vend, string Provider, string? Payment, long Amount, string Currency, string Reason, string Status, string? Error,
    int Attempts, int Round, DateTimeOffset CreatedAt, DateTimeOffset NextAttemptAt, DateTimeOffset? PaidAt)
{
    public static PaybackView Of(Payback payback) => new(
        payback.Id.Value, payback.VendId.Value, payback.Provider, payback.IntentId, payback.Amount, payback.Currency.Code,
        payback.Reason, RefundView.Word(payback.Status), payback.Error, payback.Attempts, payback.Round, payback.CreatedAt,
        payback.NextAttemptAt, payback.PaidAt);
}

/// <summary>A failed payback is tried once more, under a new key at the provider: the one before is known to have moved nothing.</summary>
internal sealed class RetryPayback(Id<Payback> id, int round, AuditSignature by, PaybackSignal signal) : JournalCommand<PaybackView>
{
    public override string Key => $"payback-retry:{id}:{round}";

    public override void Ask(JournalRows rows) => rows.Of<PaybackRows>().Ask(id);

    public override PaybackView Decide(JournalRows rows, DateTimeOffset now)
    {
        var payback = SolvePayback.Failed(rows, id);
        var again = payback with
        {
            Status = PaybackStatus.Owed,
            RefundId = null,
            Attempts = 0,
            Round = payback.Round + 1,
            NextAttemptAt = now,
            Error = null,
        };
        rows.Of<PaybackRows>().Put(again);
        rows.Of<AuditRows>().Note(Organization, by, now, "payback.retried", "payback", id.ToString(), payback.Error);
        rows.Tell(signal.Wake);
        return PaybackView.Of(again);
    }
}

/// <summary>A failed payback was paid in another way: <c>refunds −a, desk or bank +a</c>.</summary>
internal sealed class SettlePayback(Id<Payback> id, string way, string reason, string key, AuditSignature by)
    : JournalCommand<PaybackView>
{
    public override string Key => $"payback-settlement:{key}";

    public override string Fingerprint => $"{id}:{way}";

    public override void Ask(JournalRows rows) => rows.Of<PaybackRows>().Ask(id);

    public override PaybackView Decide(JournalRows rows, DateTimeOffset now)
    {
        var payback = SolvePayback.Failed(rows, id);
        var entry = LedgerDraft.Of(
            "refund.settled", payback.Currency,
            Details.None.With("payback", id.ToString()).With("vend", payback.VendId.ToString()).With("intent", payback.IntentId)
                .With("way", way).With("reason", payback.Reason),
            new Posting(Accounts.Refunds, -payback.Amount),
            new Posting(way == "cash" ? Accounts.Desk : Accounts.Bank, payback.Amount));
        rows.Book(Organization, entry, now);
        var settled = payback with { Status = PaybackStatus.SettledOtherwise, PaidAt = now };
        rows.Of<PaybackRows>().Put(settled);
        rows.Of<AuditRows>().Note(
            Organization, by, now, "payback.settled", "payback", id.ToString(),
            $"{new Money(payback.Amount, payback.Currency)}, {way}: {reason}");
        return PaybackView.Of(settled);
    }
}

/// <summary>What a provider could not pay back stays visible until somebody solves it: once more, or in another way.</summary>
internal sealed class SolvePayback(AutomatDb db, Journal.Journal journal, Idempotency keys, PaybackSignal signal, Actor actor)
{
    private const int LongestReason = 200;
    private const int Most = 200;

    /// <summary>Tries once more.</summary>
    /// <exception cref="RuleException"><c>payback_unknown</c>, <c>payback_status</c>.</exception>
    public async Task<PaybackView> RetryAsync(ClaimsPrincipal caller, Guid id, CancellationToken ct)
    {
        var payback = await FindAsync(caller, id, ct);
        return await journal.ExecuteAsync(
            new RetryPayback(payback.Id, payback.Round, AuditSignature.Of(actor), signal)
            {
                Organization = payback.OrganizationId,
            }, ct);
    }

    /// <summary>Notes that it was paid in another way.</summary>
    /// <exception cref="RuleException"><c>payback_unknown</c>, <c>payback_status</c>.</exception>
    /// <exception cref="FieldsException"><c>settlement_invalid</c>.</exception>
    public async Task<PaybackView> SettleAsync(
        ClaimsPrincipal caller, Guid id, SettlePaybackRequest request, string key, CancellationToken ct)
    {
        var reason = request.Reason?.Trim() ?? "";
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request.Way is not ("cash" or "bank")) faults["way"] = "Either cash or bank.";
        if (reason.Length is 0 or > LongestReason || reason.Any(char.IsControl)) faults["reason"] = $"Say in 1 to {LongestReason} characters how.";
        FieldsException.ThrowIfAny("settlement_invalid", faults);
        var payback = await FindAsync(caller, id, ct);
        using var running = keys.Begin(payback.OrganizationId, key);
        return await journal.ExecuteAsync(
            new SettlePayback(payback.Id, request.Way!, reason, key, AuditSignature.Of(actor))
            {
                Organization = payback.OrganizationId,
            }, ct);
    }

    public static void Map(IEndpointRouteBuilder paybacks)
    {
        paybacks.MapGet("", ListAsync).RequirePermission(Permission.SalesRead)
            .WithName("ListPaybacks").WithSummary("What providers are to pay back, by status, oldest first");
        paybacks.MapPost("/{id:guid}/retry", async (Guid id, SolvePayback solve, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(await solve.RetryAsync(caller, id, ct)))
            .RequirePermission(Permission.RefundWrite).WithName(nameof(RetryPayback))
            .WithSummary("Try once more to have a provider pay back what failed");
        paybacks.MapPost("/{id:guid}/settlement", async (
            Guid id, SettlePaybackRequest request, SolvePayback solve, HttpContext context, ClaimsPrincipal caller,
            CancellationToken ct) => TypedResults.Ok(await solve.SettleAsync(caller, id, request, Idempotency.KeyOf(context), ct)))
            .RequirePermission(Permission.RefundApprove).WithName(nameof(SettlePayback))
            .WithSummary("Say that what a provider could not pay back was paid in another way");
    }

    internal static Payback Failed(JournalRows rows, Id<Payback> id)
    {
        if (!rows.Of<PaybackRows>().TryGet(id, out var payback)) throw Unknown(id.Value);
        return payback.Status is PaybackStatus.Failed
            ? payback
            : throw new RuleException("payback_status", $"This payback is {payback.Status}; only a failed one needs solving.");
    }

    private static RuleException Unknown(Guid id) => new("payback_unknown", $"There is no payback {id}.");

    private async Task<Payback> FindAsync(ClaimsPrincipal caller, Guid id, CancellationToken ct)
    {
        var (wanted, organization) = (new Id<Payback>(id), caller.OrganizationOf());
        return await db.Set<Payback>().AsNoTracking()
            .SingleOrDefaultAsync(p => p.Id == wanted && p.OrganizationId == organization, ct) ?? throw Unknown(id);
    }

    private static async Task<IResult> ListAsync(
        string? status, Guid? vend, Guid? cursor, int? limit, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct)
    {
        var size = PageSize.Of(limit, Most);
        var wanted = RefundView.Named<PaybackStatus>(status);
        var organization = caller.OrganizationOf();
        var query = db.Set<Payback>().AsNoTracking().Where(p => p.OrganizationId == organization);
        if (wanted is not null) query = query.Where(p => p.Status == wanted);
        if (vend is { } sale)
        {
            var id = new Id<Vend>(sale);
            query = query.Where(p => p.VendId == id);
        }

        if (cursor is { } after) query = query.Where(p => (Guid)(object)p.Id > after);
        var page = await query.OrderBy(p => p.Id).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(new
        {
            items = page.Take(size).Select(PaybackView.Of),
            next_cursor = page.Count > size ? page[size - 1].Id.Value : (Guid?)null,
        });
    }
}
