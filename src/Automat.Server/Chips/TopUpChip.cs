using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Journal;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>What staff send to add credit.</summary>
/// <param name="Amount">Minor units of the organisation's currency.</param>
/// <param name="Reason">Why, for the books; never personal data.</param>
internal sealed record TopUpChipRequest(long? Amount, string? Reason);

/// <summary>What a top-up led to.</summary>
/// <param name="Balance">The chip's credit now, in minor units.</param>
/// <param name="Currency">ISO 4217.</param>
/// <param name="LedgerSequence">Number of its entry.</param>
internal sealed record TopUpChipAnswer(long Balance, string Currency, long LedgerSequence);

/// <summary>Books credit on a chip: <c>desk −a, chip:ID +a</c>.</summary>
/// <param name="chip">The chip.</param>
/// <param name="amount">What is added.</param>
/// <param name="reason">Why.</param>
/// <param name="key">The caller's idempotency key.</param>
/// <param name="by">Who adds it.</param>
internal sealed class BookTopUp(Chip chip, Money amount, string reason, string key, AuditSignature by) : JournalCommand<TopUpChipAnswer>
{
    /// <summary>Where cash paid at the desk is booked.</summary>
    private const string Desk = "desk";

    public override string Key => $"top-up:{key}";

    public override string Fingerprint => $"{chip.Id}:{amount}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<ChipRows>().Ask(chip.Id);
        rows.AskBalance(chip.OrganizationId, chip.Tender.Account, amount.Currency);
    }

    public override TopUpChipAnswer Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<ChipRows>().TryGet(chip.Id, out var current) || current.State is ChipState.Retired)
        {
            throw new RuleException("chip_retired", "This chip is retired; it takes no credit.");
        }

        var entry = LedgerDraft.Of(
            "chip.topped_up", amount.Currency, Details.None.With("chip", chip.Id.ToString()).With("reason", reason),
            new Posting(Desk, -amount.Amount), new Posting(chip.Tender.Account, amount.Amount));
        var sequence = rows.Book(chip.OrganizationId, entry, now)!.Value;
        rows.Of<AuditRows>().Note(
            chip.OrganizationId, by, now, "chip.topped_up", "chip", chip.Id.ToString(),
            $"{amount}, ledger entry {sequence}{(reason.Length > 0 ? ": " + reason : "")}");
        return new TopUpChipAnswer(
            rows.Balance(chip.OrganizationId, chip.Tender.Account, amount.Currency), amount.Currency.Code, sequence);
    }
}

/// <summary>Adds credit to a chip, once per idempotency key.</summary>
internal sealed class TopUpChip(AutomatDb db, Journal.Journal journal, Actor actor)
{
    private const long Most = 10_000_000; // a slip of the finger should not make anybody rich
    private const int LongestReason = 200;
    private const int LongestKey = 100;

    /// <summary>Books the credit, or answers a repeat as before.</summary>
    /// <exception cref="RuleException">
    /// <c>idempotency_key_missing</c>, <c>idempotency_key_invalid</c>, <c>idempotency_key_reused</c>, <c>chip_unknown</c>,
    /// <c>chip_retired</c>, <c>amount_invalid</c>, <c>reason_too_long</c>.
    /// </exception>
    public async Task<TopUpChipAnswer> RunAsync(
        Id<Organization> organization, Id<Chip> id, long amount, string reason, string? key,
        CancellationToken ct)
    {
        if (string.IsNullOrWhiteSpace(key))
        {
            throw new RuleException("idempotency_key_missing", "Send an Idempotency-Key, so that a repeat is booked once.");
        }

        if (key.Length > LongestKey) throw new RuleException("idempotency_key_invalid", $"At most {LongestKey} characters.");
        if (amount is < 1 or > Most) throw new RuleException("amount_invalid", $"The amount lies between 1 and {Most}.");
        if (reason.Length > LongestReason) throw new RuleException("reason_too_long", $"At most {LongestReason} characters.");
        var chip = await db.Set<Chip>().AsNoTracking()
            .SingleOrDefaultAsync(c => c.Id == id && c.OrganizationId == organization, ct)
            ?? throw new RuleException("chip_unknown", $"There is no chip {id}.");
        var currency = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
        return await journal.ExecuteAsync(
            new BookTopUp(chip, new Money(amount, currency), reason, key, AuditSignature.Of(actor)) { Organization = organization }, ct);
    }

    public static void Map(IEndpointRouteBuilder chips) => chips
        .MapPost("/{id:guid}/top-ups", async (
            Guid id, TopUpChipRequest request, TopUpChip topUp, HttpContext context, ClaimsPrincipal caller,
            CancellationToken ct) => TypedResults.Ok(await topUp.RunAsync(
                caller.OrganizationOf(), new Id<Chip>(id), request.Amount ?? 0, request.Reason?.Trim() ?? "",
                context.Request.Headers["Idempotency-Key"], ct)))
        .RequirePermission(Permission.ChipTopUp)
        .WithName(nameof(TopUpChip)).WithSummary("Add credit to a chip");
}
