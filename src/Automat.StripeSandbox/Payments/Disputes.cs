using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

/// <summary>Chargebacks; only the control interface starts and decides them.</summary>
internal static class Disputes
{
    private static readonly TimeSpan Deadline = TimeSpan.FromDays(7);

    public static Dispute Open(Transaction tx, Charge charge, string reason)
    {
        if (!charge.Captured || charge.Disputed || charge.Refundable == 0)
            throw StripeException.Invalid($"Charge {charge.Id} has nothing left to dispute.", "charge");
        var dispute = new Dispute
        {
            Id = Ids.Of("du"),
            Amount = charge.Refundable,
            Charge = charge.Id,
            Currency = charge.Currency,
            EvidenceDetails = new EvidenceDetails(tx.Now + (long)Deadline.TotalSeconds),
            PaymentIntent = charge.PaymentIntent,
            Reason = reason,
        };
        dispute.BalanceTransactions.Add(
            Ledger.Book(tx, "adjustment", "dispute", -dispute.Amount, dispute.Currency, dispute.Id));
        tx.Add(dispute);
        charge.Disputed = true;
        tx.Touch(charge);
        tx.Emit("charge.dispute.created", dispute, charge.PaymentIntent);
        tx.Emit("charge.dispute.funds_withdrawn", dispute, charge.PaymentIntent);
        return dispute;
    }

    /// <summary>The bank decides: won gives the money back to us, lost leaves it with the customer.</summary>
    public static Dispute Close(Transaction tx, Dispute dispute, bool won)
    {
        if (dispute.Status is not DisputeStatus.NeedsResponse)
            throw StripeException.Invalid($"Dispute {dispute.Id} is already closed.");
        dispute.Status = won ? DisputeStatus.Won : DisputeStatus.Lost;
        if (won)
        {
            dispute.BalanceTransactions.Add(Ledger.Book(
                tx, "adjustment", "dispute_reversal", dispute.Amount, dispute.Currency, dispute.Id));
        }
        tx.Touch(dispute);
        tx.Emit("charge.dispute.closed", dispute, dispute.PaymentIntent);
        if (won) tx.Emit("charge.dispute.funds_reinstated", dispute, dispute.PaymentIntent);
        return dispute;
    }

    public static Dispute Retrieve(ApiCall call) => call.Tx.Get<Dispute>(call.Id, "dispute");

    public static StripeList<Dispute> List(ApiCall call)
    {
        var (charge, intent) = (call.Params.Text("charge"), call.Params.Text("payment_intent"));
        return Listing.Page<Dispute>(call, "/v1/disputes", dispute =>
            (charge is null || dispute.Charge == charge) && (intent is null || dispute.PaymentIntent == intent));
    }
}
