using Automat.Domain;
using Automat.Domain.Claims;
using Automat.Domain.Refunds;
using Automat.Domain.Vends;
using Automat.Server.Audit;
using Automat.Server.Chips;
using Automat.Server.Journal;
using Automat.Server.Vends;

namespace Automat.Server.Refunds;

/// <summary>What a command about a refund answers: the case as it is then, and which code of the desk it was booked with.</summary>
/// <param name="Refund">The case.</param>
/// <param name="CodeHash">Tells the first answer from a repeat, which may not show the code again; null without a payout.</param>
internal sealed record RefundAnswer(RefundView Refund, byte[]? CodeHash)
{
    /// <summary>What the caller is told; the code only when it is the one this call made.</summary>
    public RefundView Told(string code) => CodeHash is not null && CodeHash.AsSpan().SequenceEqual(CashPayout.HashOf(code))
        ? Refund with { PayoutCode = code }
        : Refund;
}

/// <summary>Puts what was decided about a refund into the books: the sale, the case, cash to be paid out, the audit.</summary>
internal sealed class RefundBook(JournalRows rows, VendRefunds vends, AuditSignature by, DateTimeOffset now)
{
    /// <summary>Asks for what a refund of this sale moves.</summary>
    public static void Ask(JournalRows rows, Id<Vend> vend)
    {
        VendRefunds.Ask(rows, vend);
        rows.Of<WaitingRefunds>().Ask(vend);
        rows.Of<ClaimRows>().Ask(vend);
    }

    /// <summary>Asks for the chip a sale was paid with: one that is retired takes nothing back.</summary>
    public static void AskMore(JournalRows rows, Id<Organization> organization, Id<Vend> id)
    {
        VendRefunds.AskPayments(rows, id);
        if (VendRefunds.TryFind(rows, organization, id) is { Tender.Kind: TenderKind.Chip } vend && ChipOf(vend) is { } chip)
        {
            rows.Of<ChipRows>().Ask(chip);
        }
    }

    /// <summary>What a refund of this sale goes back to; cash where its chip is retired and no other took its place.</summary>
    public static TenderKind WayBack(JournalRows rows, Vend vend) =>
        vend.Tender.Kind is TenderKind.Chip && ChipOf(vend) is { } id && rows.Of<ChipRows>().TryGet(id, out var chip)
            && chip is { State: ChipState.Retired, ReplacedBy: null }
            ? TenderKind.Cash
            : vend.Tender.Kind;

    /// <summary>A case, just asked for.</summary>
    /// <param name="vend">The sale.</param>
    /// <param name="back">What it goes back to.</param>
    /// <param name="amount">Minor units.</param>
    /// <param name="reason">Why, in a stable word.</param>
    /// <param name="note">What else was said.</param>
    /// <param name="by">The id of who asks.</param>
    /// <param name="now">When.</param>
    /// <param name="until">Until when a second person may decide; null where none has to.</param>
    public static RefundCase New(
        Vend vend, TenderKind back, long amount, string reason, string? note, string by, DateTimeOffset now,
        DateTimeOffset? until = null) => new()
        {
            Id = Id<RefundCase>.New(now),
            OrganizationId = vend.Organization,
            VendId = vend.Id,
            MachineId = vend.Machine,
            Tender = back,
            Amount = amount,
            Currency = vend.Amount.Currency,
            Reason = reason,
            Note = note,
            RequestedBy = by,
            RequestedAt = now,
            ExpiresAt = until,
        };

    /// <summary>Minor units of the sale that nobody has or waits for.</summary>
    public long Left(Vend vend) => RefundRules.Left(vend, rows.Of<WaitingRefunds>().Of(vend.Id));

    /// <summary>Books the money back at once.</summary>
    /// <param name="refund">The case, just made.</param>
    /// <param name="vend">Its sale.</param>
    /// <param name="codeHash">Of the code that cash is handed out for.</param>
    public RefundAnswer Give(RefundCase refund, Vend vend, byte[] codeHash)
    {
        var done = refund.Book(Book(refund, vend), now);
        return Done(null, done, "refund.made", codeHash);
    }

    /// <summary>A second person agrees: books the money back.</summary>
    public RefundAnswer Approve(RefundCase refund, Vend vend, string person, byte[] codeHash)
    {
        refund.DecidedBySecond(person, now);
        refund = refund with { Tender = WayBack(rows, vend) };
        var done = refund.Approve(person, Book(refund, vend), now);
        return Done(refund.Status, done, "refund.approved", codeHash);
    }

    /// <summary>Keeps a case that moved no money, and notes it.</summary>
    public RefundAnswer Keep(RefundCaseStatus? before, RefundCase refund, string action, string? reason)
    {
        rows.Of<RefundCaseRows>().Put(refund);
        rows.Of<WaitingRefunds>().Follow(before, refund);
        if (before is RefundCaseStatus.Requested) Answer(refund);
        rows.Of<AuditRows>().Note(refund.OrganizationId, by, now, action, "refund", refund.Id.ToString(), reason);
        return new RefundAnswer(RefundView.Of(refund), null);
    }

    /// <summary>A claim that waited for this refund is answered; where the second person said no, staff decide anew.</summary>
    private void Answer(RefundCase refund)
    {
        if (!rows.Of<ClaimRows>().TryGet(refund.VendId, out var claim)) return;
        if (claim.Status is not ClaimStatus.Waiting || claim.RefundId != refund.Id) return;
        rows.Of<ClaimRows>().Put(refund.Status is RefundCaseStatus.Done
            ? claim.Refund(refund.Amount, refund.Id, by.Id, now)
            : claim with { RefundId = null });
    }

    private long Book(RefundCase refund, Vend vend) => vends.Refund(
        rows, vend, refund.Amount, refund.Reason, now, refund.Tender is TenderKind.Cash ? Accounts.Payouts : null).Entry;

    private static Id<Chip>? ChipOf(Vend vend) => Guid.TryParse(vend.Tender.Reference, out var id) ? new Id<Chip>(id) : null;

    private RefundAnswer Done(RefundCaseStatus? before, RefundCase refund, string action, byte[] codeHash)
    {
        var kept = Keep(before, refund, action, Said(refund));
        if (refund.Tender is not TenderKind.Cash) return kept;
        rows.Of<CashPayoutRows>().Put(new CashPayout
        {
            Id = new Id<CashPayout>(refund.Id.Value),
            OrganizationId = refund.OrganizationId,
            VendId = refund.VendId,
            Amount = refund.Amount,
            Currency = refund.Currency,
            CodeHash = codeHash,
            CreatedAt = now,
        });
        return kept with { CodeHash = codeHash };
    }

    /// <summary>A refund in a line, for the audit.</summary>
    public static string Said(RefundCase refund) =>
        $"{new Money(refund.Amount, refund.Currency)} of vend {refund.VendId}, {refund.Reason}"
        + (refund.Note is null ? "" : $": {refund.Note}");
}
