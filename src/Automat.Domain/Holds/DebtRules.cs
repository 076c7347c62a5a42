using Automat.Domain.Ledger;

namespace Automat.Domain.Holds;

/// <summary>What a rule decided about a debt.</summary>
/// <param name="Debt">The debt after the change.</param>
/// <param name="News">Whether anything changed.</param>
/// <param name="Entry">The entry to book.</param>
/// <param name="Payback">Minor units that were paid a second time and go back.</param>
public readonly record struct DebtChange(Debt Debt, bool News, LedgerDraft? Entry = null, long Payback = 0);

/// <summary>The rules of what customers owe, as pure functions; each is safe to repeat.</summary>
public static class DebtRules
{
    /// <summary>Tries with the saved card before the customer has to pay by hand.</summary>
    public const int MostRounds = 12;

    /// <summary>
    /// Money has come: <c>provider −a, debts +a</c>. When it was paid before, by another payment, the second one is owed back:
    /// <c>provider −a, refunds +a</c>; when it was given up, the loss is made good.
    /// </summary>
    /// <param name="debt">The debt.</param>
    /// <param name="intent">The provider's payment.</param>
    /// <param name="amount">What was paid, minor units.</param>
    /// <param name="now">When.</param>
    public static DebtChange Pay(Debt debt, string intent, long amount, DateTimeOffset now)
    {
        if (debt.IntentId == intent) return new DebtChange(debt, News: false);
        var took = new Posting(debt.Provider, -amount);
        if (debt.Status is DebtStatus.Paid or DebtStatus.Refunded)
        {
            return new DebtChange(
                debt, News: true, Entry(debt, "debt.paid_twice", intent, took, new Posting(Accounts.Refunds, amount)), amount);
        }

        // Pay pages and our own charges ask for exactly the debt; a difference would be the provider's mistake.
        var due = Math.Min(amount, debt.Amount);
        var rest = debt.Amount - due;
        var account = debt.Status is DebtStatus.WrittenOff ? Accounts.Losses : Accounts.Debts;
        var entry = Entry(
            debt, "debt.paid", intent, took, new Posting(account, due), new Posting(Accounts.Refunds, amount - due));
        return new DebtChange(
            rest == 0
                ? debt with { Status = DebtStatus.Paid, IntentId = intent, Received = due, GivenBack = 0, NextAttemptAt = null, Error = null, EndedAt = now }
                : debt with { Amount = rest, IntentId = intent, Received = due, GivenBack = 0 },
            News: true, entry, amount - due);
    }

    /// <summary>
    /// The sale is given back, and so much of it was never paid: <c>refunds −x, debts +x</c>, or <c>losses +x</c> where it was
    /// written off. What is left of it is a new payment to the provider.
    /// </summary>
    /// <param name="debt">The debt, owed or written off.</param>
    /// <param name="amount">Minor units, at most what is owed.</param>
    /// <param name="now">When.</param>
    /// <exception cref="RuleException"><c>debt_status</c> when nothing is owed.</exception>
    public static DebtChange TakeOff(Debt debt, long amount, DateTimeOffset now)
    {
        if (debt.Status is not (DebtStatus.Owed or DebtStatus.WrittenOff) || amount <= 0 || amount > debt.Amount)
        {
            throw new RuleException("debt_status", $"Debt {debt.Id} is {debt.Status}; {amount} cannot be taken off it.");
        }

        var account = debt.Status is DebtStatus.WrittenOff ? Accounts.Losses : Accounts.Debts;
        var entry = LedgerDraft.Of(
            "debt.refunded", debt.Currency, Details(debt), new Posting(Accounts.Refunds, -amount), new Posting(account, amount));
        var next = debt with { Amount = debt.Amount - amount, TakenOff = debt.TakenOff + amount, Round = debt.Round + 1, Attempts = 0 };
        return new DebtChange(
            next.Amount == 0 && debt.Status is DebtStatus.Owed
                ? next with { Status = DebtStatus.Refunded, NextAttemptAt = null, Error = null, EndedAt = now }
                : next,
            News: true, entry);
    }

    /// <summary>Staff give it up: <c>losses −a, debts +a</c>; the customer is free again.</summary>
    /// <exception cref="RuleException"><c>debt_status</c> when it is not owed.</exception>
    public static DebtChange WriteOff(Debt debt, string reason, DateTimeOffset now)
    {
        if (debt.Status is DebtStatus.WrittenOff) return new DebtChange(debt, News: false);
        if (debt.Status is not DebtStatus.Owed) throw new RuleException("debt_status", $"Debt {debt.Id} is {debt.Status}.");
        return new DebtChange(
            debt with { Status = DebtStatus.WrittenOff, NextAttemptAt = null, EndedAt = now }, News: true,
            LedgerDraft.Of(
                "debt.written_off", debt.Currency, Details(debt).With("reason", reason),
                new Posting(Accounts.Losses, -debt.Amount), new Posting(Accounts.Debts, debt.Amount)));
    }

    /// <summary>The card was declined: the next try is later and later; after the last one the customer has to pay by hand.</summary>
    /// <param name="debt">The debt.</param>
    /// <param name="error">The provider's word.</param>
    /// <param name="first">The pause after the first decline; it doubles each time.</param>
    /// <param name="longest">The longest pause.</param>
    /// <param name="now">When.</param>
    public static Debt Declined(Debt debt, string error, TimeSpan first, TimeSpan longest, DateTimeOffset now)
    {
        if (debt.Status is not DebtStatus.Owed) return debt;
        var round = debt.Round + 1;
        var pause = first * Math.Pow(2, Math.Min(debt.Round, 20));
        return debt with
        {
            Round = round,
            Attempts = 0,
            Error = error,
            NextAttemptAt = round >= MostRounds ? null : now + (pause < longest ? pause : longest),
        };
    }

    private static LedgerDraft Entry(Debt debt, string kind, string intent, params ReadOnlySpan<Posting> postings) =>
        LedgerDraft.Of(kind, debt.Currency, Details(debt).With("intent", intent), postings);

    private static Details Details(Debt debt) =>
        Domain.Ledger.Details.None.With("debt", debt.Id.ToString()).With("vend", debt.VendId.ToString());
}
