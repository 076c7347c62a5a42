using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Server.Audit;
using Automat.Server.Journal;
using Automat.Server.Payments;

namespace Automat.Server.Chips.CardTopUps;

/// <summary>Writes down that somebody wants to pay for credit, before the provider hears of it. No money moves.</summary>
/// <param name="chip">The chip.</param>
/// <param name="amount">What is to be paid.</param>
/// <param name="provider">At whom.</param>
/// <param name="lasts">How long the pay page stays open.</param>
/// <param name="key">The caller's idempotency key.</param>
/// <param name="by">Who asked for it.</param>
internal sealed class OpenCardTopUp(
    Id<Chip> chip, Money amount, string provider, TimeSpan lasts, string key, AuditSignature by) : JournalCommand<Guid>
{
    public override string Key => $"card-top-up:{key}";

    public override string Fingerprint => $"{chip}:{amount}";

    public override void Ask(JournalRows rows) => rows.Of<ChipRows>().Ask(chip);

    public override Guid Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<ChipRows>().TryGet(chip, out var current) || current.OrganizationId != Organization)
        {
            throw ChipReader.Unknown(chip);
        }

        if (current.State is ChipState.Retired) throw new RuleException("chip_retired", "This chip is retired; it takes no credit.");
        var id = Id<CardTopUp>.New(now);
        rows.Of<CardTopUpRows>().Put(new CardTopUp
        {
            Id = id,
            OrganizationId = Organization,
            ChipId = chip,
            Amount = amount.Amount,
            Currency = amount.Currency,
            Provider = provider,
            CreatedAt = now.ToUniversalTime(),
            ExpiresAt = (now + lasts).ToUniversalTime(),
        });
        rows.Of<AuditRows>().Note(
            Organization, by, now, "chip.card_top_up_opened", "chip", chip.ToString(), $"{amount}, top-up {id}");
        return id.Value;
    }
}

/// <summary>The provider has opened the page.</summary>
internal sealed class AttachCardPage(Id<CardTopUp> id, string session) : JournalCommand<bool>
{
    public override string Key => $"card-top-up-page:{id}";

    public override void Ask(JournalRows rows) => rows.Of<CardTopUpRows>().Ask(id);

    public override bool Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<CardTopUpRows>().TryGet(id, out var topUp)) return false;
        if (topUp.SessionId is null) rows.Of<CardTopUpRows>().Put(topUp with { SessionId = session });
        return true;
    }
}

/// <summary>
/// The provider has the money: <c>stripe −a, chip:ID +a</c>, once. A chip that was replaced meanwhile passes it on; on one that
/// was retired it stands until staff pay it out.
/// </summary>
internal sealed class TakeCardTopUp(CardTopUp asked, Checkout page, Money paid) : JournalCommand<long>
{
    public override string Key => $"card-top-up-paid:{page.Id}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<CardTopUpRows>().Ask(asked.Id);
        rows.Of<ChipRows>().Ask(asked.ChipId);
    }

    public override long Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<CardTopUpRows>().TryGet(asked.Id, out var topUp) || !rows.Of<ChipRows>().TryGet(asked.ChipId, out var chip))
        {
            throw new RuleException("top_up_unknown", "There is no such top-up.");
        }

        var sequence = rows.Book(Organization, LedgerDraft.Of(
            "chip.topped_up", paid.Currency,
            Details.None.With("chip", chip.Id.ToString()).With("intent", page.PaymentIntentId).With("session", page.Id)
                .With("source", "checkout"),
            new Posting(topUp.Provider, -paid.Amount), new Posting(chip.Tender.Account, paid.Amount)), now)!.Value;
        rows.Of<CardTopUpRows>().Put(topUp with
        {
            Status = CardTopUpStatus.Paid,
            Amount = paid.Amount,
            SessionId = page.Id,
            IntentId = page.PaymentIntentId,
            PaidAt = now.ToUniversalTime(),
            LedgerSequence = sequence,
            Reason = null,
        });
        return sequence;
    }
}

/// <summary>Nobody paid.</summary>
internal sealed class CloseCardTopUp(Id<CardTopUp> id, string reason) : JournalCommand<bool>
{
    public override string Key => $"card-top-up-closed:{id}:{reason}";

    public override void Ask(JournalRows rows) => rows.Of<CardTopUpRows>().Ask(id);

    public override bool Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<CardTopUpRows>().TryGet(id, out var topUp) || topUp.Status is not CardTopUpStatus.Open) return false;
        rows.Of<CardTopUpRows>().Put(topUp with { Status = CardTopUpStatus.Closed, Reason = reason });
        return true;
    }
}

/// <summary>
/// Somebody gave a paid top-up back at the provider: the credit goes, as far as it is still there; what was spent meanwhile is
/// a loss that is seen.
/// </summary>
internal sealed class BookReturnedTopUp(CardTopUp topUp, Refund refund) : JournalCommand<long>
{
    public override string Key => $"outside-refund:{refund.Id}";

    public override void Ask(JournalRows rows) =>
        rows.AskBalance(Organization, Accounts.Chip(topUp.ChipId.ToString()), topUp.Currency);

    public override long Decide(JournalRows rows, DateTimeOffset now)
    {
        var account = Accounts.Chip(topUp.ChipId.ToString());
        var taken = Math.Clamp(rows.Balance(Organization, account, topUp.Currency), 0, refund.Amount);
        var postings = new List<Posting> { new(topUp.Provider, refund.Amount) };
        if (taken > 0) postings.Add(new Posting(account, -taken));
        if (taken < refund.Amount) postings.Add(new Posting(Accounts.Losses, taken - refund.Amount));
        rows.Book(Organization, LedgerDraft.Of(
            "chip.top_up_returned", topUp.Currency,
            Details.None.With("chip", topUp.ChipId.ToString()).With("intent", topUp.IntentId).With("refund", refund.Id)
                .With("session", topUp.SessionId),
            [.. postings]), now);
        return taken;
    }
}
