using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Server.Journal;

namespace Automat.Server.Payments;

/// <summary>Puts decisions about holds and debts into the books: the row, its entry, what goes back, what is owed.</summary>
/// <param name="rows">The batch.</param>
/// <param name="now">When.</param>
/// <param name="signal">Who to wake.</param>
public sealed class HoldBook(JournalRows rows, DateTimeOffset now, PaybackSignal signal)
{
    /// <summary>Keeps a decision about a hold.</summary>
    public CardHold Keep(HoldChange change)
    {
        if (!change.News) return change.Hold;
        var hold = change.Hold;
        rows.Of<HoldRows>().Put(hold);
        rows.Book(hold.OrganizationId, change.Entry, now);
        if (change.Payback > 0) PayBack(hold, hold.IntentId, change.Payback, "captured_too_much");
        if (change.Debt > 0) Owe(hold, change.Debt, "hold_lost");
        if (HoldLife.IsToBeSent(hold.Status)) rows.Tell(signal.Holds.Wake);
        return hold;
    }

    /// <summary>The customer comes to owe something.</summary>
    public void Owe(CardHold hold, long amount, string reason)
    {
        var debt = new Debt
        {
            Id = Id<Debt>.New(now),
            OrganizationId = hold.OrganizationId,
            VendId = hold.VendId,
            Provider = hold.Provider,
            CustomerId = hold.CustomerId,
            MethodId = hold.MethodId,
            Card = hold.Card,
            Amount = amount,
            Currency = hold.Currency,
            Reason = reason,
            NextAttemptAt = hold is { CustomerId: not null, MethodId: not null } ? now : null,
            CreatedAt = now,
        };
        rows.Of<DebtRows>().Put(debt);
        rows.Of<OpenDebts>().Follow(debt);
        rows.Tell(signal.Debts.Wake);
    }

    /// <summary>Keeps a decision about a debt.</summary>
    /// <param name="change">The decision.</param>
    /// <param name="intent">The payment it is about.</param>
    public Debt Keep(DebtChange change, string? intent = null)
    {
        if (!change.News) return change.Debt;
        var debt = change.Debt;
        rows.Of<DebtRows>().Put(debt);
        rows.Book(debt.OrganizationId, change.Entry, now);
        if (change.Payback > 0 && intent is not null)
        {
            Owed(debt.OrganizationId, debt.VendId, debt.Provider, intent, new Money(change.Payback, debt.Currency), "paid_twice");
        }

        return debt;
    }

    private void PayBack(CardHold hold, string intent, long amount, string reason) =>
        Owed(hold.OrganizationId, hold.VendId, hold.Provider, intent, new Money(amount, hold.Currency), reason);

    private void Owed(
        Id<Organization> organization, Id<Domain.Vends.Vend> vend, string provider, string intent, Money amount, string reason)
    {
        rows.Of<PaybackRows>().Put(new Payback
        {
            Id = Id<Payback>.New(now),
            OrganizationId = organization,
            VendId = vend,
            Provider = provider,
            IntentId = intent,
            Amount = amount.Amount,
            Currency = amount.Currency,
            Reason = reason,
            NextAttemptAt = now,
            CreatedAt = now,
        });
        rows.Tell(signal.Wake);
    }
}
