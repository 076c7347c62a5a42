using System.Globalization;
using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Journal;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>What is sent to add credit.</summary>
/// <param name="Amount">Minor units of the organisation's currency.</param>
/// <param name="Reason">Why, for the books; never personal data.</param>
/// <param name="Source">Where it comes from: <c>desk</c> (when absent), <c>card</c>, <c>free</c>, <c>import</c>.</param>
/// <param name="ExpiresAt">For free credit: when what is left of it goes. It is spent before all other credit.</param>
internal sealed record TopUpChipRequest(
    long? Amount, string? Reason = null, string? Source = null, DateTimeOffset? ExpiresAt = null);

/// <summary>What a top-up led to.</summary>
/// <param name="Balance">The chip's credit now, in minor units.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="LedgerSequence">Number of its entry.</param>
internal sealed record TopUpChipAnswer(long Balance, string Currency, long LedgerSequence);

/// <summary>Books credit on a chip, and writes down who had it booked.</summary>
/// <param name="chip">The chip.</param>
/// <param name="amount">What is added.</param>
/// <param name="source">Where it comes from.</param>
/// <param name="reason">Why.</param>
/// <param name="key">The caller's idempotency key.</param>
/// <param name="by">Who asked for it.</param>
internal sealed class BookTopUp(Id<Chip> chip, Money amount, CreditSource source, string reason, string key, AuditSignature by)
    : JournalCommand<TopUpChipAnswer>
{
    /// <summary>When what is left of it goes; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    public override string Key => $"top-up:{key}";

    public override string Fingerprint => source is CreditSource.Desk && ExpiresAt is null
        ? $"{chip}:{amount}"
        : string.Create(CultureInfo.InvariantCulture, $"{chip}:{amount}:{source}:{ExpiresAt?.ToUnixTimeSeconds()}");

    public override void Ask(JournalRows rows)
    {
        rows.Of<ChipRows>().Ask(chip);
        rows.AskBalance(Organization, Accounts.Chip(chip.ToString()), amount.Currency);
    }

    public override TopUpChipAnswer Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<ChipRows>().TryGet(chip, out var current) || current.OrganizationId != Organization)
        {
            throw new RuleException("chip_unknown", $"There is no chip {chip}.");
        }

        if (current.State is ChipState.Retired) throw new RuleException("chip_retired", "This chip is retired; it takes no credit.");
        if (ExpiresAt <= now) throw new RuleException("expiry_invalid", "Credit expires in the future.");
        var sequence = rows.Book(Organization, CreditEntry.Of(current, amount, source, reason), now)!.Value;
        if (ExpiresAt is { } until) rows.Of<ChipCreditRows>().Put(Credit.Of(current, amount, source, now, until));
        rows.Of<AuditRows>().Note(
            Organization, by, now, "chip.topped_up", "chip", chip.ToString(),
            $"{amount}, ledger entry {sequence}{(reason.Length > 0 ? ": " + reason : "")}");
        return new TopUpChipAnswer(
            rows.Balance(Organization, current.Tender.Account, amount.Currency), amount.Currency.Code, sequence);
    }
}

/// <summary>Makes credit that goes by itself.</summary>
internal static class Credit
{
    public static ChipCredit Of(Chip chip, Money amount, CreditSource source, DateTimeOffset now, DateTimeOffset until) => new()
    {
        Id = Id<ChipCredit>.New(now),
        OrganizationId = chip.OrganizationId,
        ChipId = chip.Id,
        Amount = amount.Amount,
        Currency = amount.Currency,
        Source = CreditEntry.AccountOf(source),
        GrantedAt = now.ToUniversalTime(),
        ExpiresAt = until.ToUniversalTime(),
    };
}

/// <summary>Adds credit to a chip, once per idempotency key.</summary>
internal sealed class TopUpChip(AutomatDb db, Journal.Journal journal, Actor actor, Idempotency idempotency)
{
    /// <summary>Minor units at once: a slip of the finger should not make anybody rich.</summary>
    public const long Most = 10_000_000;

    private const int LongestReason = 200;

    /// <summary>Books the credit, or answers a repeat as before.</summary>
    /// <exception cref="FieldsException"><c>amount_invalid</c>, <c>top_up_invalid</c>, by field.</exception>
    /// <exception cref="RuleException">
    /// <c>idempotency_key_missing</c>, <c>idempotency_key_invalid</c>, <c>idempotency_key_reused</c>,
    /// <c>idempotency_key_in_use</c>, <c>chip_unknown</c>, <c>chip_retired</c>.
    /// </exception>
    public async Task<TopUpChipAnswer> RunAsync(
        Id<Organization> organization, Id<Chip> id, TopUpChipRequest request, string? header, CancellationToken ct)
    {
        var key = Idempotency.KeyOf(header);
        var (amount, source, reason) = Check(request);
        if (!await db.Set<Chip>().AnyAsync(c => c.Id == id && c.OrganizationId == organization, ct))
        {
            throw new RuleException("chip_unknown", $"There is no chip {id}.");
        }

        var currency = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
        return await idempotency.RunAsync(organization, "top-up:" + key, () => journal.ExecuteAsync(
            new BookTopUp(id, new Money(amount, currency), source, reason, key, AuditSignature.Of(actor))
            {
                Organization = organization,
                ExpiresAt = request.ExpiresAt,
            }, ct));
    }

    public static void Map(IEndpointRouteBuilder chips) => chips
        .MapPost("/{id:guid}/top-ups", async (
            Guid id, TopUpChipRequest request, TopUpChip topUp, HttpContext context, ClaimsPrincipal caller,
            CancellationToken ct) => TypedResults.Ok(await topUp.RunAsync(
                caller.OrganizationOf(), new Id<Chip>(id), request, context.Request.Headers["Idempotency-Key"], ct)))
        .RequirePermission(Permission.ChipTopUp)
        .WithName(nameof(TopUpChip)).WithSummary("Add credit to a chip");

    internal static (long Amount, CreditSource Source, string Reason) Check(TopUpChipRequest request)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request.Amount is not (>= 1 and <= Most)) faults["amount"] = $"The amount lies between 1 and {Most} minor units.";
        var reason = request.Reason?.Trim() ?? "";
        if (reason.Length > LongestReason || reason.Any(char.IsControl)) faults["reason"] = $"At most {LongestReason} characters in one line.";
        var source = CreditEntry.Named(request.Source);
        if (source is null) faults["source"] = "One of desk, card, free, import.";
        if (request.ExpiresAt is not null && source is not CreditSource.Free) faults["expires_at"] = "Only free credit expires.";
        FieldsException.ThrowIfAny(faults.Count == 1 && faults.ContainsKey("amount") ? "amount_invalid" : "top_up_invalid", faults);
        return (request.Amount!.Value, source!.Value, reason);
    }
}
