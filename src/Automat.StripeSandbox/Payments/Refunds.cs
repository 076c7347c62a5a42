using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

/// <summary>Money back: never more than what is left of the charge.</summary>
internal static class Refunds
{
    public static Refund Create(ApiCall call)
    {
        var p = call.Params;
        p.Knows("charge", "payment_intent", "amount", "metadata", "reason", "instructions_email", "currency",
            "reverse_transfer", "refund_application_fee");
        var reason = p.OneOf("reason", "duplicate", "fraudulent", "requested_by_customer");
        var metadata = p.Metadata();
        var asked = p.Amount("amount");
        var charge = ChargeOf(call);
        Check(charge, asked ?? charge.Refundable);
        return GiveBack(call.Tx, charge, asked ?? charge.Refundable, reason, metadata, call.Settings);
    }

    public static Refund Retrieve(ApiCall call) => call.Tx.Get<Refund>(call.Id, "refund");

    public static Refund Update(ApiCall call)
    {
        call.Params.Knows("metadata");
        var refund = Retrieve(call);
        call.Params.UpdateMetadata(refund.Metadata);
        call.Tx.Touch(refund);
        call.Tx.Emit("refund.updated", refund, refund.PaymentIntent);
        return refund;
    }

    public static StripeList<Refund> List(ApiCall call)
    {
        call.Params.Knows("limit", "starting_after", "ending_before", "created", "charge", "payment_intent");
        var (charge, intent) = (call.Params.Text("charge"), call.Params.Text("payment_intent"));
        return Listing.Page<Refund>(call, "/v1/refunds", refund =>
            (charge is null || refund.Charge == charge) && (intent is null || refund.PaymentIntent == intent));
    }

    public static StripeList<Refund> ListOfCharge(ApiCall call) =>
        Listing.Page<Refund>(call, $"/v1/charges/{call.Id}/refunds", refund => refund.Charge == call.Id);

    /// <summary>A pending refund arrives.</summary>
    public static void Succeed(Transaction tx, Refund refund)
    {
        (refund.Status, refund.ChangesAt) = (RefundStatus.Succeeded, null);
        tx.Touch(refund);
        tx.Emit("refund.updated", refund, refund.PaymentIntent);
        tx.Emit("charge.refund.updated", refund, refund.PaymentIntent);
    }

    /// <summary>The bank sends the money back to us: the charge is not refunded after all.</summary>
    public static void Fail(Transaction tx, Refund refund)
    {
        (refund.Status, refund.ChangesAt) = (RefundStatus.Failed, null);
        refund.FailureReason = "unknown";
        refund.FailureBalanceTransaction =
            Ledger.Book(tx, "refund_failure", "refund_failure", refund.Amount, refund.Currency, refund.Id).Id;
        tx.Touch(refund);
        if (tx.Find<Charge>(refund.Charge!) is { } charge)
        {
            charge.AmountRefunded -= refund.Amount;
            charge.Refunded = false;
            tx.Touch(charge);
        }
        tx.Emit("refund.failed", refund, refund.PaymentIntent);
        tx.Emit("charge.refund.updated", refund, refund.PaymentIntent);
    }

    private static Charge ChargeOf(ApiCall call)
    {
        if (call.Tx.Referred<Charge>(call.Params, "charge", "charge") is { } named) return named;
        var intent = call.Tx.Referred<PaymentIntent>(call.Params, "payment_intent", "payment_intent")
            ?? throw StripeException.Invalid(
                "One of the following params should be provided for this request: payment_intent or charge.");
        if (intent.LatestCharge is { } id && call.Tx.Find<Charge>(id) is { Status: ChargeStatus.Succeeded } charge)
            return charge;
        throw StripeException.Invalid(
            $"This PaymentIntent ({intent.Id}) does not have a successful charge to refund.", "payment_intent");
    }

    private static void Check(Charge charge, long amount)
    {
        if (charge.Status is not ChargeStatus.Succeeded)
            throw StripeException.Invalid($"Charge {charge.Id} is not successful and cannot be refunded.", "charge");
        if (charge.Refunded || charge.Refundable == 0)
        {
            throw StripeException.Invalid(
                $"Charge {charge.Id} has already been refunded.", null, "charge_already_refunded");
        }
        if (!charge.Captured)
        {
            throw StripeException.Invalid(
                $"Charge {charge.Id} has not been captured. Cancel its PaymentIntent instead.",
                null, "charge_not_refundable");
        }
        if (charge.Disputed)
        {
            throw StripeException.Invalid(
                $"Charge {charge.Id} has been charged back; cannot issue a refund.", null, "charge_disputed");
        }
        if (amount <= charge.Refundable) return;
        throw StripeException.Invalid(
            $"Refund amount ({Currencies.Show(amount, charge.Currency)}) is greater than unrefunded amount on charge "
            + $"({Currencies.Show(charge.Refundable, charge.Currency)})", "amount");
    }

    private static Refund GiveBack(Transaction tx, Charge charge, long amount, string? reason,
        Dictionary<string, string> metadata, SandboxSettings settings)
    {
        var method = charge.PaymentMethod is { } used ? tx.Find<PaymentMethod>(used) : null;
        var changes = method?.Behaviour is Behaviour.RefundPends or Behaviour.RefundFails;
        var refund = new Refund
        {
            Id = Ids.Of("re"),
            Amount = amount,
            Charge = charge.Id,
            Currency = charge.Currency,
            DestinationDetails = new RefundDestination(method?.Type ?? "card"),
            Metadata = metadata,
            PaymentIntent = charge.PaymentIntent,
            Reason = reason,
            Status = method?.Behaviour is Behaviour.RefundPends ? RefundStatus.Pending : RefundStatus.Succeeded,
            ChangesAt = changes ? tx.Now + settings.SettleDelayedAfter : null,
        };
        refund.BalanceTransaction = Ledger.Book(tx, "refund", "refund", -amount, charge.Currency, refund.Id).Id;
        tx.Add(refund);
        charge.AmountRefunded += amount;
        charge.Refunded = charge.Refundable == 0;
        charge.RefundList.Insert(0, refund);
        tx.Touch(charge);
        tx.Emit("refund.created", refund, refund.PaymentIntent);
        tx.Emit("charge.refunded", charge, refund.PaymentIntent);
        return refund;
    }
}
