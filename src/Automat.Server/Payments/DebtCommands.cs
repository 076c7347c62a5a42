using Automat.Domain;
using Automat.Domain.Holds;
using Automat.Server.Audit;
using Automat.Server.Journal;

namespace Automat.Server.Payments;

/// <summary>A payment for a debt has come: from our own charge, from its webhook, from a page. Each payment counts once.</summary>
/// <param name="id">The debt.</param>
/// <param name="intent">The provider's payment.</param>
/// <param name="amount">What was paid, minor units of the debt's currency.</param>
/// <param name="signal">Who to wake.</param>
public sealed class PayDebt(Id<Debt> id, string intent, long amount, PaybackSignal signal) : JournalCommand<DebtStatus>
{
    /// <inheritdoc/>
    public override string Key => $"debt:{id}:{intent}";

    /// <inheritdoc/>
    public override void Ask(JournalRows rows) => rows.Of<DebtRows>().Ask(id);

    /// <inheritdoc/>
    public override DebtStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<DebtRows>().TryGet(id, out var debt)) throw new RuleException("debt_unknown", $"There is no debt {id}.");
        return new HoldBook(rows, now, signal).Keep(DebtRules.Pay(debt, intent, amount, now), intent).Status;
    }
}

/// <summary>The saved card could not be charged now.</summary>
internal sealed class PostponeDebt(Debt tried, string error, bool declined, DebtOptions options) : JournalCommand<DebtStatus>
{
    public override string Key => $"debt:{tried.Id}:try:{tried.Round}:{tried.Attempts}";

    public override void Ask(JournalRows rows) => rows.Of<DebtRows>().Ask(tried.Id);

    public override DebtStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<DebtRows>().TryGet(tried.Id, out var debt) || debt.Status is not DebtStatus.Owed) return tried.Status;
        if (debt.Round != tried.Round || debt.Attempts != tried.Attempts) return debt.Status;
        rows.Of<DebtRows>().Put(declined
            ? DebtRules.Declined(debt, error, options.FirstPause, options.LongestPause, now)
            : debt with
            {
                Attempts = debt.Attempts + 1,
                Error = error,
                NextAttemptAt = now + TimeSpan.FromSeconds(Math.Min(Math.Pow(2, Math.Min(debt.Attempts, 20)), 600)),
            });
        return debt.Status;
    }
}

/// <summary>Staff give a debt up; the loss is booked and who decided is noted with it.</summary>
/// <param name="id">The debt.</param>
/// <param name="reason">Why, in words.</param>
/// <param name="by">Who decided.</param>
/// <param name="signal">Who to wake.</param>
public sealed class GiveUpDebt(Id<Debt> id, string reason, AuditSignature by, PaybackSignal signal) : JournalCommand<DebtStatus>
{
    /// <inheritdoc/>
    public override string Key => $"debt:{id}:give-up";

    /// <inheritdoc/>
    public override void Ask(JournalRows rows) => rows.Of<DebtRows>().Ask(id);

    /// <inheritdoc/>
    public override DebtStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<DebtRows>().TryGet(id, out var debt) || debt.OrganizationId != Organization)
        {
            throw new RuleException("debt_unknown", $"There is no debt {id}.");
        }

        var change = DebtRules.WriteOff(debt, "staff_decided", now);
        if (change.News) rows.Of<AuditRows>().Note(Organization, by, now, "debt.written_off", "debt", id.ToString(), reason);
        return new HoldBook(rows, now, signal).Keep(change).Status;
    }
}
