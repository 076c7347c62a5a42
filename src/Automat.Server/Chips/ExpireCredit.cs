using Automat.Domain;
using Automat.Domain.Chips;
using Automat.Domain.Ledger;
using Automat.Server.Journal;

namespace Automat.Server.Chips;

/// <summary>
/// Takes back what is left of credit whose time is over: <c>chip:ID −r, promo +r</c>. Such credit is spent before all other,
/// so what the chip was used for in its time has taken from it first. Never more than is there; what is held for an open sale
/// counts as spent, and stays the holder's should it come back.
/// </summary>
internal sealed class ExpireCredit(ChipCredit credit) : JournalCommand<long>
{
    public override string Key => $"expire-credit:{credit.Id}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<ChipRows>().Ask(credit.ChipId);
        rows.Of<ChipCreditRows>().Ask(credit.ChipId);
        rows.AskBalance(Organization, Accounts.Chip(credit.ChipId.ToString()), credit.Currency);
    }

    public override void AskMore(JournalRows rows)
    {
        var all = rows.Of<ChipCreditRows>().Of(credit.ChipId).Select(c => c.Fact).ToList();
        if (all.Find(c => c.Key == credit.Id) is { } own) rows.Of<ChipUses>().Ask(credit.ChipId, FreeCreditRules.Since(all, own));
    }

    public override long Decide(JournalRows rows, DateTimeOffset now)
    {
        var all = rows.Of<ChipCreditRows>().Of(credit.ChipId);
        if (all.SingleOrDefault(c => c.Id == credit.Id) is not { ClosedAt: null } open) return 0;
        if (now < open.ExpiresAt) throw new RuleException("credit_not_expired", "This credit has still time.");
        var account = Accounts.Chip(credit.ChipId.ToString());
        var uses = rows.Of<ChipUses>().Of(credit.ChipId).Select(u => (u.At, u.Spent));
        var left = FreeCreditRules.Left([.. all.Select(c => c.Fact)], uses)[open.Id];
        var taken = Math.Clamp(left, 0, Math.Max(0, rows.Balance(Organization, account, credit.Currency)));
        // It ends when its time was over, however late that is noticed: later purchases never took from it.
        rows.Of<ChipCreditRows>().Put(open with { ClosedAt = open.ExpiresAt, TakenBack = taken });
        if (taken == 0) return 0;
        rows.Book(
            Organization,
            LedgerDraft.Of(
                "chip.credit_expired", credit.Currency,
                Details.None.With("chip", credit.ChipId.ToString()).With("credit", credit.Id.ToString()),
                new Posting(account, -taken), new Posting(open.Source, taken)), now);
        return taken;
    }
}
