using Automat.Domain;
using Automat.Server.Journal;

namespace Automat.Server.Chips;

/// <summary>
/// Gives a chip its allowance of a period, once: the period is part of the key and noted at the chip. Whoever has an allowance
/// in the middle of a period has it for that period at once. A chip that is locked then gets it when it is unlocked within the
/// period.
/// </summary>
internal sealed class GiveAllowance(Id<Chip> id, string period, TimeZoneInfo zone, Currency currency) : JournalCommand<long>
{
    public override string Key => $"allowance:{id}:{period}";

    public override void Ask(JournalRows rows)
    {
        rows.Of<ChipRows>().Ask(id);
        rows.AskBalance(Organization, Accounts.Chip(id.ToString()), currency);
    }

    public override long Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<ChipRows>().TryGet(id, out var chip) || chip.State is not ChipState.Active || chip.Grant is not { } allowance
            || allowance.PeriodAt(now, zone) != period || chip.AllowanceThrough == period)
        {
            throw new RuleException("allowance_not_due", "No allowance is due.");
        }

        rows.Of<ChipRows>().Put(chip with { AllowanceThrough = period });
        var amount = new Money(allowance.AddTo(rows.Balance(Organization, chip.Tender.Account, currency)), currency);
        if (amount.Amount == 0) return 0;
        rows.Book(Organization, CreditEntry.Of(chip, amount, CreditSource.Allowance, period), now);
        if (allowance.Expires)
        {
            rows.Of<ChipCreditRows>().Put(
                Credit.Of(chip, amount, CreditSource.Allowance, now, allowance.EndOfPeriodAt(now, zone)));
        }

        return amount.Amount;
    }
}
