using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Chips;
using Automat.Domain.Ledger;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Journal;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>The chip that takes the place of a lost one.</summary>
/// <param name="Uid">Its UID as the reader gives it, hexadecimal.</param>
/// <param name="Reason">Why; never personal data.</param>
internal sealed record ReplaceChipRequest(string? Uid, string? Reason = null);

/// <summary>
/// A new chip takes the place of an old one, in one step: the balance moves by an entry, holder, group, flags, limits, credit
/// line, allowance and expiring credit are the new one's, the old one is retired. Refused while the old one pays for something.
/// </summary>
/// <param name="old">The old chip.</param>
/// <param name="fresh">Identity, hash and key of the new one; everything else becomes as the old one's is at that moment.</param>
/// <param name="hashes">Everything a chip with the new UID may be found by already.</param>
/// <param name="currency">The organisation's.</param>
/// <param name="request">Key, reason, and who asked.</param>
internal sealed class BookReplacement(
    Id<Chip> old, Chip fresh, byte[][] hashes, Currency currency, (string Key, string Reason, AuditSignature By) request)
    : JournalCommand<IssuedChip>
{
    private static readonly TimeSpan Lately = TimeSpan.FromDays(1);

    public override string Key => $"replace-chip:{request.Key}";

    public override string Fingerprint => old.ToString();

    public override void Ask(JournalRows rows)
    {
        rows.Of<ChipRows>().Ask(old);
        rows.Of<ChipUids>().Ask(Organization, hashes);
        rows.Of<ChipKeyRows>().Ask(Organization);
        rows.Of<ChipCreditRows>().Ask(old);
        rows.AskBalance(Organization, Accounts.Chip(old.ToString()), currency);
    }

    public override void AskMore(JournalRows rows)
    {
        var credits = rows.Of<ChipCreditRows>().Of(old).Select(c => c.Fact).ToList();
        var since = rows.Of<ChipCreditRows>().Of(old).Where(c => c.ClosedAt is null)
            .Select(c => FreeCreditRules.Since(credits, c.Fact)).Append(fresh.CreatedAt - Lately).Min();
        rows.Of<ChipUses>().Ask(old, since);
    }

    public override IssuedChip Decide(JournalRows rows, DateTimeOffset now)
    {
        var before = Find(rows);
        if (!rows.Of<ChipKeyRows>().TryGet(Organization, out var newest) || newest.Version != fresh.KeyVersion)
        {
            throw new RuleException(BookIssue.KeyExchanged, "The key of the chips is being exchanged. Please repeat.");
        }

        var uids = rows.Of<ChipUids>();
        if (uids.IsTaken(Organization, hashes)) throw new RuleException("chip_already_issued", "A chip with this UID is registered already.");
        var uses = rows.Of<ChipUses>().Of(old);
        if (uses.Any(u => u.IsOpen))
        {
            throw new RuleException("chip_busy", "This chip is paying for something at this moment; it ends by itself, then repeat.");
        }

        uids.Take(Organization, fresh.UidHash);
        var after = before with
        {
            Id = fresh.Id,
            UidHash = fresh.UidHash,
            KeyVersion = fresh.KeyVersion,
            State = ChipState.Active,
            StateReason = null,
            StateSince = null,
            ReplacedBy = null,
            CreatedAt = now.ToUniversalTime(),
        };
        var retired = before with
        {
            State = ChipState.Retired,
            StateReason = request.Reason,
            StateSince = now.ToUniversalTime(),
            ReplacedBy = after.Id,
        };
        rows.Of<ChipRows>().Put(after);
        rows.Of<ChipRows>().Put(retired);
        rows.Of<ChipHolderRows>().Move(old, after.Id);
        rows.Of<ChipStateRows>().Put(ChipStateChange.Of(after, request.By.Id, now));
        rows.Of<ChipStateRows>().Put(ChipStateChange.Of(retired, request.By.Id, now));
        return MoveMoney(rows, retired, after, uses, now);
    }

    private IssuedChip MoveMoney(JournalRows rows, Chip retired, Chip after, IReadOnlyCollection<ChipUse> uses, DateTimeOffset now)
    {
        var balance = rows.Balance(Organization, retired.Tender.Account, currency);
        MoveCredits(rows, after, uses, balance, now);
        var entry = rows.Book(Organization, MovedCredit.Entry(retired, after, new Money(balance, currency)), now);
        var audit = rows.Of<AuditRows>();
        audit.Note(
            Organization, request.By, now, "chip.replaced", "chip", old.ToString(),
            $"by {after.Id}, {new Money(balance, currency)} moved{(request.Reason.Length > 0 ? ": " + request.Reason : "")}");
        audit.Note(Organization, request.By, now, "chip.issued", "chip", after.Id.ToString(), $"in place of {old}");
        return new IssuedChip(after.Id.Value, balance, currency.Code, entry);
    }

    private Chip Find(JournalRows rows)
    {
        if (!rows.Of<ChipRows>().TryGet(old, out var chip) || chip.OrganizationId != Organization) throw ChipReader.Unknown(old);
        return chip.ReplacedBy is null
            ? chip
            : throw new RuleException("chip_replaced", $"This chip was replaced by {chip.ReplacedBy} already.");
    }

    private void MoveCredits(JournalRows rows, Chip after, IReadOnlyCollection<ChipUse> uses, long balance, DateTimeOffset now)
    {
        var credits = rows.Of<ChipCreditRows>().Of(old);
        var left = FreeCreditRules.Left([.. credits.Select(c => c.Fact)], uses.Select(u => (u.At, u.Spent)));
        var rest = Math.Max(0, balance);
        foreach (var credit in credits.Where(c => c.ClosedAt is null))
        {
            rows.Of<ChipCreditRows>().Put(credit with { ClosedAt = now.ToUniversalTime() });
            var moved = Math.Min(rest, left[credit.Id]);
            rest -= moved;
            if (moved == 0) continue;
            rows.Of<ChipCreditRows>().Put(credit with
            {
                Id = Id<ChipCredit>.New(now),
                ChipId = after.Id,
                Amount = moved,
                GrantedAt = now.ToUniversalTime(),
            });
        }
    }
}

/// <summary>The entry that moves a balance from a chip to the one that took its place.</summary>
internal static class MovedCredit
{
    /// <summary><c>chip:OLD −a, chip:NEW +a</c>; null when there is nothing to move.</summary>
    public static LedgerDraft? Entry(Chip from, Chip to, Money amount) => amount.Amount == 0 ? null : LedgerDraft.Of(
        "chip.moved", amount.Currency,
        Details.None.With("from", from.Id.ToString()).With("to", to.Id.ToString())
            .With("credit_line", amount.Amount < 0 ? -amount.Amount : null), // what was owed is owed with the new chip
        new Posting(from.Tender.Account, -amount.Amount), new Posting(to.Tender.Account, amount.Amount));
}

/// <summary>Replaces a lost or broken chip.</summary>
internal sealed class ReplaceChip(
    AutomatDb db, ChipKeys keys, Journal.Journal journal, Idempotency idempotency, Actor actor, TimeProvider clock)
{
    private const int Tries = 5;
    private const int LongestReason = 150;

    /// <summary>Replaces it.</summary>
    /// <exception cref="Platform.FieldsException"><c>chip_uid_invalid</c>, <c>chip_invalid</c>.</exception>
    /// <exception cref="RuleException">
    /// <c>chip_unknown</c>, <c>chip_busy</c>, <c>chip_replaced</c>, <c>chip_already_issued</c>, and those of idempotency keys.
    /// </exception>
    public async Task<IssuedChip> RunAsync(
        Id<Organization> organization, Id<Chip> old, ReplaceChipRequest request, string? header, CancellationToken ct)
    {
        var key = Idempotency.KeyOf(header);
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var uid = ChipFields.Uid(faults, request.Uid);
        var reason = request.Reason?.Trim() ?? "";
        if (reason.Length > LongestReason || reason.Any(char.IsControl)) faults["reason"] = $"At most {LongestReason} characters in one line.";
        ChipFields.ThrowIfAny(faults);
        if (!await db.Set<Chip>().AnyAsync(c => c.Id == old && c.OrganizationId == organization, ct)) throw ChipReader.Unknown(old);
        var currency = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
        return await idempotency.RunAsync(organization, "replace:" + key, async () =>
        {
            for (var attempt = 1; ; attempt++)
            {
                var ring = attempt == 1 ? await keys.OfAsync(organization, ct) : await keys.LookAsync(organization, ct);
                var fresh = NewChip(organization, ring, uid!.Value);
                try
                {
                    var issued = await journal.ExecuteAsync(
                        new BookReplacement(old, fresh, ring.Hashes(uid.Value), currency, (key, reason, AuditSignature.Of(actor)))
                        {
                            Organization = organization,
                        }, ct);
                    await RequireSameAsync(organization, issued, fresh, ring.Hashes(uid.Value), ct);
                    return issued;
                }
                catch (RuleException changed) when (changed.Code == BookIssue.KeyExchanged && attempt < Tries)
                {
                    // The key was exchanged meanwhile: the next try hashes under the new one.
                }
            }
        });
    }

    public static void Map(IEndpointRouteBuilder chips) => chips
        .MapPost("/{id:guid}/replacement", async (
            Guid id, ReplaceChipRequest request, ReplaceChip replace, ChipReader reader, HttpContext http, ClaimsPrincipal caller,
            CancellationToken ct) =>
        {
            var issued = await replace.RunAsync(
                caller.OrganizationOf(), new Id<Chip>(id), request, http.Request.Headers["Idempotency-Key"], ct);
            return TypedResults.Created(
                $"/api/v1/chips/{issued.ChipId}", await reader.OneAsync(caller.OrganizationOf(), new Id<Chip>(issued.ChipId), ct));
        })
        .RequirePermission(Permission.ChipWrite)
        .WithName(nameof(ReplaceChip)).WithSummary("Put a new chip in the place of a lost one");

    private Chip NewChip(Id<Organization> organization, ChipKeyRing ring, ChipUid uid)
    {
        var now = clock.GetUtcNow();
        return new Chip
        {
            Id = Id<Chip>.New(now),
            OrganizationId = organization,
            UidHash = ring.Hash(uid),
            KeyVersion = ring.Newest,
            Label = "",
            CreatedAt = now.ToUniversalTime(),
        };
    }

    private async Task RequireSameAsync(
        Id<Organization> organization, IssuedChip issued, Chip fresh, byte[][] hashes, CancellationToken ct)
    {
        if (issued.ChipId == fresh.Id.Value) return;
        var id = new Id<Chip>(issued.ChipId);
        if (await db.Set<Chip>().AnyAsync(c => c.OrganizationId == organization && c.Id == id && hashes.Contains(c.UidHash), ct)) return;
        throw new RuleException("idempotency_key_reused", "This key was used before for a different request.");
    }
}
