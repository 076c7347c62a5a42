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
        rows.Of<SaleDebts>().Follow(debt);
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

    /// <summary>Asks for what paid for a sale, once <see cref="SaleDebts"/> of it are known.</summary>
    /// <param name="rows">The batch.</param>
    /// <param name="sale">The sale.</param>
    public static void AskPayments(JournalRows rows, Id<Domain.Vends.Vend> sale)
    {
        foreach (var debt in rows.Of<SaleDebts>().Of(sale)) rows.Of<DebtRows>().Ask(debt);
    }

    /// <summary>Gives money of a sale back over the payments it came by, each under a key of its own.</summary>
    /// <param name="hold">The sale's hold.</param>
    /// <param name="amount">Minor units.</param>
    /// <param name="reason">Why, in a stable word.</param>
    /// <exception cref="RuleException"><c>refund_above_rest</c> when less than that was paid or is owed.</exception>
    public void GiveBack(CardHold hold, long amount, string reason)
    {
        var debts = rows.Of<SaleDebts>().Of(hold.VendId).Select(id => rows.Of<DebtRows>().TryGet(id, out var debt) ? debt : null);
        var split = RefundSplit.Of(amount, hold, debts.OfType<Debt>(), now);
        foreach (var change in split.Debts) Keep(change);
        if (split.Hold != hold) rows.Of<HoldRows>().Put(split.Hold);
        foreach (var share in split.Shares) PayBack(hold, share.IntentId, share.Amount, reason);
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
