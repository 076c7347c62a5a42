using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Claims;
using Automat.Domain.Refunds;
using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Automat.Server.Vends;
using Microsoft.EntityFrameworkCore;
using Claim = Automat.Domain.Claims.Claim;

namespace Automat.Server.Refunds;

/// <summary>What staff decide about a claim.</summary>
/// <param name="Decision"><c>refund</c> or <c>decline</c>.</param>
/// <param name="Amount">Minor units to give back; null: all that is left.</param>
/// <param name="Answer">What the customer is told; needed to decline.</param>
internal sealed record DecideClaimRequest(string? Decision, long? Amount, string? Answer);

/// <summary>A claim as staff see it.</summary>
internal sealed record ClaimView(
    Guid Id, Guid Vend, string Machine, string Kind, string? Text, string? Email, string Status, string Verdict, long Amount,
    string Currency, Guid? Refund, string? Answer, DateTimeOffset CreatedAt, DateTimeOffset? DecidedAt, string? DecidedBy)
{
    public static ClaimView Of(Claim claim) => new(
        claim.Id.Value, claim.VendId.Value, claim.MachineId.Value, RefundView.Word(claim.Kind), claim.Text, claim.Email,
        RefundView.Word(claim.Status), RefundView.Word(claim.Verdict), claim.Amount, claim.Currency.Code, claim.RefundId?.Value,
        claim.Answer, claim.CreatedAt, claim.DecidedAt, claim.DecidedBy);
}

/// <summary>Staff decide about a claim. Much money still needs a second person: then the claim waits with its refund.</summary>
internal sealed class BookDecision(
    Claim seen, DecideClaimRequest wanted, Id<MachineCommand>? command, string key, AuditSignature by, RefundTrust trust,
    TimeSpan patience, VendRefunds vends) : JournalCommand<Guid>
{
    public override string Key => $"claim-decision:{key}";

    public override string Fingerprint => string.Create(
        System.Globalization.CultureInfo.InvariantCulture, $"{seen.Id}:{wanted.Decision}:{wanted.Amount}");

    public override void Ask(JournalRows rows)
    {
        VendRefunds.Ask(rows, seen.VendId, command);
        RefundBook.Ask(rows, seen.VendId);
    }

    public override void AskMore(JournalRows rows)
    {
        VendRefunds.AskMore(rows, seen.VendId);
        RefundBook.AskMore(rows, Organization, seen.VendId);
    }

    public override Guid Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<ClaimRows>().TryGet(seen.VendId, out var claim)) throw DecideClaim.Unknown(seen.Id.Value);
        if (claim.Status is ClaimStatus.Waiting && claim.RefundId is not null)
        {
            throw new RuleException("claim_status", "A refund for this claim waits for a second person; decide about that.");
        }

        var decided = wanted.Decision == "decline"
            ? claim.Decline(wanted.Answer!, by.Id, now)
            : Refund(rows, claim with { Answer = wanted.Answer }, now);
        rows.Of<ClaimRows>().Put(decided);
        rows.Of<AuditRows>().Note(
            Organization, by, now, $"claim.{(decided.Status is ClaimStatus.Waiting ? "refund_requested" : RefundView.Word(decided.Status))}",
            "claim", claim.Id.ToString(), wanted.Answer);
        return claim.Id.Value;
    }

    private Claim Refund(JournalRows rows, Claim claim, DateTimeOffset now)
    {
        if (claim.Status is not ClaimStatus.Waiting) return claim.Refund(0, null, by.Id, now); // refused by the table of its life
        var book = new RefundBook(rows, vends, by, now);
        var vend = VendRefunds.Find(rows, Organization, claim.VendId);
        switch (vend.Status)
        {
            case VendStatus.Unknown:
                vends.GiveUp(rows, vend, command, "claimed", now);
                return claim.Refund(vend.Amount.Amount, null, by.Id, now);
            case VendStatus.Cancelled:
                return claim.Refund(vend.Amount.Amount, null, by.Id, now); // it went back meanwhile
            case VendStatus.Refunded:
                return claim.Refund(vend.Refunded, null, by.Id, now);
        }

        var amount = wanted.Amount ?? Math.Max(1, book.Left(vend));
        var needsSecond = RefundRules.NeedsApproval(vend, amount, rows.Of<WaitingRefunds>().Of(vend.Id), trust, now);
        var refund = RefundBook.New(
            vend, RefundBook.WayBack(rows, vend), amount, "claimed", RefundView.Word(claim.Kind), by.OnBehalfOf ?? by.Id, now, needsSecond ? now + patience : null);
        if (needsSecond)
        {
            book.Keep(null, refund, "refund.requested", RefundBook.Said(refund));
            return claim with { RefundId = refund.Id };
        }

        book.Give(refund, vend, CashPayout.HashOf(CashPayout.NewCode()));
        return claim.Refund(amount, refund.Id, by.Id, now);
    }
}

/// <summary>Staff look at what the rules left to them.</summary>
internal sealed class DecideClaim(
    AutomatDb db, Journal.Journal journal, VendRefunds vends, RefundSettings settings, Idempotency keys, Actor actor)
{
    private const int LongestAnswer = 500;
    private const int Most = 200;

    /// <summary>Decides; answers a repeat with the claim as it is now.</summary>
    /// <exception cref="RuleException">
    /// <c>claim_unknown</c>, <c>claim_status</c>, <c>refund_above_rest</c>, <c>refund_window_over</c>.
    /// </exception>
    /// <exception cref="FieldsException"><c>decision_invalid</c>.</exception>
    public async Task<ClaimView> RunAsync(
        ClaimsPrincipal caller, Guid id, DecideClaimRequest request, string key, CancellationToken ct)
    {
        var answer = string.IsNullOrWhiteSpace(request.Answer) ? null : request.Answer.Trim();
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request.Decision is not ("refund" or "decline")) faults["decision"] = "Either refund or decline.";
        if (request.Amount is <= 0) faults["amount"] = "A refund needs an amount above zero.";
        if (answer is { Length: > LongestAnswer }) faults["answer"] = $"At most {LongestAnswer} characters.";
        if (request.Decision == "decline" && answer is null) faults["answer"] = "Tell the customer why not.";
        FieldsException.ThrowIfAny("decision_invalid", faults);
        var claim = await FindAsync(caller, id, ct);
        var terms = await settings.ForAsync(db, claim.OrganizationId, ct);
        using var running = keys.Begin(claim.OrganizationId, key);
        var command = await db.Set<MachineCommand>().AsNoTracking().Where(c => c.VendId == claim.VendId)
            .OrderByDescending(c => c.Id).Select(c => (Id<MachineCommand>?)c.Id).FirstOrDefaultAsync(ct);
        await journal.ExecuteAsync(
            new BookDecision(
                claim, request with { Answer = answer }, command, key, AuditSignature.Of(actor), terms.TrustIn(caller.RoleOf()),
                terms.Patience, vends)
            {
                Organization = claim.OrganizationId,
            }, ct);
        return ClaimView.Of(await FindAsync(caller, id, ct));
    }

    public static void Map(IEndpointRouteBuilder claims)
    {
        claims.MapGet("", ListAsync).RequirePermission(Permission.SalesRead)
            .WithName("ListClaims").WithSummary("What customers say went wrong, newest first");
        claims.MapPost("/{id:guid}/decision", async (
            Guid id, DecideClaimRequest request, DecideClaim decide, HttpContext context, ClaimsPrincipal caller,
            CancellationToken ct) => TypedResults.Ok(await decide.RunAsync(caller, id, request, Idempotency.KeyOf(context), ct)))
            .RequirePermission(Permission.RefundWrite).WithName(nameof(DecideClaim))
            .WithSummary("Give the money of a claim back, or decline it with an answer for the customer");
    }

    internal static RuleException Unknown(Guid id) => new("claim_unknown", $"There is no claim {id}.");

    private async Task<Claim> FindAsync(ClaimsPrincipal caller, Guid id, CancellationToken ct)
    {
        var (wanted, organization) = (new Id<Claim>(id), caller.OrganizationOf());
        return await db.Set<Claim>().AsNoTracking()
            .SingleOrDefaultAsync(c => c.Id == wanted && c.OrganizationId == organization, ct) ?? throw Unknown(id);
    }

    private static async Task<IResult> ListAsync(
        string? status, Guid? cursor, int? limit, AutomatDb db, ClaimsPrincipal caller, CancellationToken ct)
    {
        var size = PageSize.Of(limit, Most);
        var wanted = RefundView.Named<ClaimStatus>(status);
        var organization = caller.OrganizationOf();
        var query = db.Set<Claim>().AsNoTracking().Where(c => c.OrganizationId == organization);
        if (wanted is not null) query = query.Where(c => c.Status == wanted);
        if (cursor is { } before) query = query.Where(c => (Guid)(object)c.Id < before);
        var page = await query.OrderByDescending(c => c.Id).Take(size + 1).ToListAsync(ct);
        return TypedResults.Ok(new
        {
            items = page.Take(size).Select(ClaimView.Of),
            next_cursor = page.Count > size ? page[size - 1].Id.Value : (Guid?)null,
        });
    }
}
