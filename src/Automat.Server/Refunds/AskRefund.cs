using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
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

/// <summary>What staff send to give money back.</summary>
/// <param name="Amount">Minor units of the sale's currency; null: all that is left.</param>
/// <param name="Reason">One of <see cref="RefundReasons.All"/>.</param>
/// <param name="Note">What else is to be said; never personal data.</param>
internal sealed record AskRefundRequest(long? Amount, string? Reason, string? Note);

/// <summary>Why staff give money back.</summary>
internal static class RefundReasons
{
    /// <summary>The stable words.</summary>
    public static IReadOnlyList<string> All { get; } = ["not_delivered", "wrong_product", "damaged", "goodwill", "other"];
}

/// <summary>
/// Somebody asks for a refund: small ones are booked at once, larger ones wait for a second person. A repeat under the same
/// key gets the first answer.
/// </summary>
/// <param name="id">The sale.</param>
/// <param name="amount">Minor units; null: all that is left.</param>
/// <param name="reason">Why, and what else was said.</param>
/// <param name="key">The caller's idempotency key.</param>
/// <param name="by">Who asks.</param>
/// <param name="terms">How far they are trusted.</param>
/// <param name="vends">The sales.</param>
internal sealed class BookRefund(
    Id<Vend> id, long? amount, (string Word, string? Note) reason, string key, AuditSignature by,
    (RefundTrust Trust, TimeSpan Patience, string Code) terms, VendRefunds vends) : JournalCommand<RefundAnswer>
{
    public override string Key => $"refund:{key}";

    public override string Fingerprint { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"{id}:{amount}:{reason.Word}:{reason.Note}"))));

    public override void Ask(JournalRows rows) => RefundBook.Ask(rows, id);

    public override void AskMore(JournalRows rows) => RefundBook.AskMore(rows, Organization, id);

    public override RefundAnswer Decide(JournalRows rows, DateTimeOffset now)
    {
        var book = new RefundBook(rows, vends, by, now);
        var vend = VendRefunds.Find(rows, Organization, id);
        var wanted = amount ?? Math.Max(1, book.Left(vend)); // nothing left is refused like one too many
        var needsSecond = RefundRules.NeedsApproval(vend, wanted, rows.Of<WaitingRefunds>().Of(id), terms.Trust, now);
        // A token's request is its person's: they cannot approve it either.
        var refund = RefundBook.New(
            vend, RefundBook.WayBack(rows, vend), wanted, reason.Word, reason.Note, by.OnBehalfOf ?? by.Id, now, needsSecond ? now + terms.Patience : null);
        return needsSecond
            ? book.Keep(null, refund, "refund.requested", RefundBook.Said(refund))
            : book.Give(refund, vend, CashPayout.HashOf(terms.Code));
    }
}

/// <summary>Gives money of a sale back, or asks a second person to.</summary>
internal sealed class AskRefund(
    AutomatDb db, Journal.Journal journal, VendRefunds vends, RefundSettings settings, Idempotency keys, Actor actor)
{
    private const int LongestNote = 200;

    /// <summary>Books the refund, or keeps the request; answers a repeat as before.</summary>
    /// <exception cref="RuleException">
    /// <c>vend_unknown</c>, <c>vend_status</c>, <c>refund_above_rest</c>, <c>refund_window_over</c>,
    /// <c>idempotency_key_reused</c>, <c>idempotency_key_in_use</c>.
    /// </exception>
    /// <exception cref="FieldsException"><c>refund_invalid</c>.</exception>
    public async Task<RefundView> RunAsync(
        ClaimsPrincipal caller, Guid vend, AskRefundRequest request, string key, CancellationToken ct)
    {
        var note = string.IsNullOrWhiteSpace(request.Note) ? null : request.Note.Trim();
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request.Amount is <= 0) faults["amount"] = "A refund needs an amount above zero.";
        if (request.Reason is null || !RefundReasons.All.Contains(request.Reason, StringComparer.Ordinal))
        {
            faults["reason"] = $"One of {string.Join(", ", RefundReasons.All)}.";
        }

        if (note is { Length: > LongestNote } || note?.Any(char.IsControl) is true) faults["note"] = $"At most {LongestNote} characters in one line.";
        FieldsException.ThrowIfAny("refund_invalid", faults);

        var organization = caller.OrganizationOf();
        var id = new Id<Vend>(vend);
        if (!await db.Set<Vend>().AnyAsync(v => v.Id == id && v.Organization == organization, ct))
        {
            throw new RuleException("vend_unknown", $"There is no vend {vend}.");
        }

        var terms = await settings.ForAsync(db, organization, ct);
        using var running = keys.Begin(organization, key);
        var code = CashPayout.NewCode();
        var answer = await journal.ExecuteAsync(
            new BookRefund(
                id, request.Amount, (request.Reason!, note), key, AuditSignature.Of(actor),
                (terms.TrustIn(caller.RoleOf()), terms.Patience, code), vends)
            {
                Organization = organization,
            }, ct);
        return answer.Told(code);
    }

    public static void Map(IEndpointRouteBuilder vends) => vends
        .MapPost("/{id:guid}/refunds", async (
            Guid id, AskRefundRequest request, AskRefund ask, HttpContext context, ClaimsPrincipal caller, CancellationToken ct) =>
        {
            context.Response.Headers.CacheControl = "no-store";
            var refund = await ask.RunAsync(caller, id, request, Idempotency.KeyOf(context), ct);
            var address = $"/api/v1/refunds/{refund.Id}";
            return refund.Status == "requested" ? Results.Accepted(address, refund) : Results.Created(address, refund);
        })
        .RequirePermission(Permission.RefundWrite).Produces<RefundView>(201).Produces<RefundView>(202)
        .WithName(nameof(AskRefund)).WithSummary("Give money of a sale back; above a limit a second person has to agree");
}
