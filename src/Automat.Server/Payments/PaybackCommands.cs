using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Server.Journal;

namespace Automat.Server.Payments;

/// <summary>
/// The provider has sent money back: what was owed is paid (<c>refunds −a, provider +a</c>), under the provider's own id of
/// the refund. Comes from our own call and from its webhook; books once.
/// </summary>
public sealed class ConfirmPayback(Id<Payback> id, string refund, RefundStatus told, string? intent)
    : JournalCommand<PaybackStatus>
{
    /// <inheritdoc/>
    public override string Key => $"payback:{id}:{refund}:{told}";

    /// <inheritdoc/>
    public override void Ask(JournalRows rows) => rows.Of<PaybackRows>().Ask(id);

    /// <inheritdoc/>
    public override PaybackStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<PaybackRows>().TryGet(id, out var payback))
        {
            throw new RuleException("payback_unknown", $"There is no payback {id}.");
        }

        var known = payback with { RefundId = refund, IntentId = payback.IntentId ?? intent };
        var next = told switch
        {
            RefundStatus.Succeeded => Paid(rows, known, now),
            RefundStatus.Pending or RefundStatus.RequiresAction => known.Status is PaybackStatus.Owed
                ? known with { Status = PaybackStatus.Pending, NextAttemptAt = now.AddMinutes(1) }
                : known,
            RefundStatus.Failed or RefundStatus.Canceled => Failed(rows, known, now),
        };
        rows.Of<PaybackRows>().Put(next);
        return next.Status;
    }

    private static Payback Paid(JournalRows rows, Payback payback, DateTimeOffset now)
    {
        if (payback.Status is PaybackStatus.Paid) return payback;
        if (payback.Status is PaybackStatus.SettledOtherwise)
        {
            // The provider said that it could not, staff paid, and now it has paid all the same: the second time is a loss.
            rows.Book(payback.OrganizationId, Entry("refund.paid_twice", payback, payback.Amount, Accounts.Losses), now);
            return payback;
        }

        rows.Book(payback.OrganizationId, Entry("refund.paid", payback, payback.Amount), now);
        return payback with { Status = PaybackStatus.Paid, PaidAt = now, CheckedAt = now, Error = null };
    }

    private static Payback Failed(JournalRows rows, Payback payback, DateTimeOffset now)
    {
        if (payback.Status is PaybackStatus.SettledOtherwise) return payback;
        // The money came back to the provider's account: it is owed again, and a person has to find another way.
        if (payback.Status is PaybackStatus.Paid)
        {
            rows.Book(payback.OrganizationId, Entry("refund.returned", payback, -payback.Amount), now);
        }

        return payback with { Status = PaybackStatus.Failed, PaidAt = null, Error = "refund_failed" };
    }

    private static LedgerDraft Entry(string kind, Payback payback, long amount, string from = Accounts.Refunds) => LedgerDraft.Of(
        kind, payback.Currency,
        Details.None.With("refund", payback.RefundId).With("intent", payback.IntentId).With("session", payback.SessionId)
            .With("vend", payback.VendId.ToString()).With("payback", payback.Id.ToString()).With("reason", payback.Reason),
        new Posting(from, -amount), new Posting(payback.Provider, amount));
}

/// <summary>A try to pay back did not succeed; it is tried again later, or given to a person.</summary>
internal sealed class PostponePayback(Payback payback, string error, DateTimeOffset? again) : JournalCommand<PaybackStatus>
{
    public override string Key => $"payback:{payback.Id}:try:{payback.Round}:{payback.Attempts}";

    public override void Ask(JournalRows rows) => rows.Of<PaybackRows>().Ask(payback.Id);

    public override PaybackStatus Decide(JournalRows rows, DateTimeOffset now)
    {
        if (!rows.Of<PaybackRows>().TryGet(payback.Id, out var current)) return payback.Status;
        if (current.Status is PaybackStatus.Paid or PaybackStatus.SettledOtherwise) return current.Status;
        var next = current with
        {
            Attempts = current.Attempts + 1,
            Error = error,
            NextAttemptAt = again ?? current.NextAttemptAt,
            Status = again is null ? PaybackStatus.Failed : current.Status,
        };
        rows.Of<PaybackRows>().Put(next);
        return next.Status;
    }
}
