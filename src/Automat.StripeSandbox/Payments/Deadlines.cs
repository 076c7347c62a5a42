using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Payments;

/// <summary>What happens without anybody's doing: sessions expire, banks answer, holds lapse, refunds change.</summary>
internal static class Deadlines
{
    /// <summary>Looks at an object whose time has come; one that has moved on meanwhile is left alone.</summary>
    public static bool Handle(Transaction tx, string id)
    {
        var item = tx.Shelves.FindAny(id);
        if (item?.DueAt is not { } due || due > tx.Now) return false;
        switch (item)
        {
            case CheckoutSession session:
                CheckoutSessions.Expire(tx, session);
                return true;
            case PaymentIntent { Status: IntentStatus.Processing } intent:
                Settle(tx, intent, paid: null);
                return true;
            case PaymentIntent { Status: IntentStatus.RequiresCapture } intent:
                Charging.Cancel(tx, intent, "automatic");
                return true;
            case Refund { Status: RefundStatus.Pending } refund:
                Refunds.Succeed(tx, refund);
                return true;
            case Refund refund:
                Refunds.Fail(tx, refund);
                return true;
            default:
                throw new InvalidOperationException($"A {item.Object} has no deadline.");
        }
    }

    /// <summary>The bank answers a delayed payment, and its session with it.</summary>
    /// <param name="tx">The transaction.</param>
    /// <param name="intent">A payment in processing.</param>
    /// <param name="paid">The answer; null: as the account number says.</param>
    /// <exception cref="StripeException">400 when nothing waits for the bank.</exception>
    public static void Settle(Transaction tx, PaymentIntent intent, bool? paid)
    {
        if (intent.Status is not IntentStatus.Processing)
            throw StripeException.Invalid($"Payment {intent.Id} does not wait for its bank.");
        var method = tx.Find<PaymentMethod>(intent.PaymentMethod ?? "");
        var arrives = paid ?? method?.Behaviour is not Behaviour.FailsLater;
        Charging.Settle(tx, intent, arrives);
        if (intent.Session is not { } id || tx.Find<CheckoutSession>(id) is not { } session) return;
        if (arrives) session.PaymentStatus = SessionPaymentStatus.Paid;
        tx.Touch(session);
        tx.Emit(arrives ? "checkout.session.async_payment_succeeded" : "checkout.session.async_payment_failed",
            session, intent.Id);
    }
}
