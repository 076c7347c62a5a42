using System.Text.Json;
using static Automat.Server.Payments.ProviderEventContent;

namespace Automat.Server.Payments.Stripe;

/// <summary>Stripe's event objects as ours.</summary>
internal static class StripeEvents
{
    /// <summary>The largest event we read; Stripe's are a few kilobytes.</summary>
    public const int MaxBytes = 1024 * 1024;

    /// <summary>Reads the envelope, and the content as far as we know it.</summary>
    /// <exception cref="ProviderAnswerException">These bytes are not a Stripe event.</exception>
    public static ProviderEvent Read(ReadOnlyMemory<byte> body)
    {
        if (body.Length > MaxBytes) throw new ProviderAnswerException("The event is too large.");

        using var json = Parse(body);
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object || root.OptionalText("object") is not (null or "event"))
            throw new ProviderAnswerException("This is not an event object.");
        if (root.OptionalObject("data")?.OptionalObject("object") is not { } subject)
            throw new ProviderAnswerException("The event is about nothing.");

        var type = root.Text("type");
        return new ProviderEvent(
            root.Text("id"), type, root.OptionalTime("created") ?? DateTimeOffset.UnixEpoch, root.OptionalBool("livemode"),
            Content(type, subject));
    }

    private static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException e)
        {
            throw new ProviderAnswerException("The event is not JSON.", e);
        }
    }

    // The envelope is sound, so the event must reach the inbox even if its content is news to us.
    private static ProviderEventContent Content(string type, JsonElement subject)
    {
        try
        {
            return Project(type, subject);
        }
        catch (ProviderAnswerException e)
        {
            return new UnreadableEvent(e.Message);
        }
    }

    private static ProviderEventContent Project(string type, JsonElement subject) => type switch
    {
        "checkout.session.completed" => OfCheckout(CheckoutChange.Completed, subject),
        "checkout.session.async_payment_succeeded" => OfCheckout(CheckoutChange.AsyncPaymentSucceeded, subject),
        "checkout.session.async_payment_failed" => OfCheckout(CheckoutChange.AsyncPaymentFailed, subject),
        "checkout.session.expired" => OfCheckout(CheckoutChange.Expired, subject),

        "payment_intent.amount_capturable_updated" => OfIntent(IntentChange.AmountCapturableUpdated, subject),
        "payment_intent.succeeded" => OfIntent(IntentChange.Succeeded, subject),
        "payment_intent.payment_failed" => OfIntent(IntentChange.PaymentFailed, subject),
        "payment_intent.canceled" => OfIntent(IntentChange.Canceled, subject),

        "charge.refunded" => StripeObjects.ChargeRefunded(subject),
        "refund.created" or "refund.updated" or "refund.failed" or "charge.refund.updated" =>
            new RefundEvent(StripeObjects.Refund(subject)),

        "charge.dispute.created" => OfDispute(DisputeChange.Created, subject),
        "charge.dispute.updated" => OfDispute(DisputeChange.Updated, subject),
        "charge.dispute.closed" => OfDispute(DisputeChange.Closed, subject),
        "charge.dispute.funds_withdrawn" => OfDispute(DisputeChange.FundsWithdrawn, subject),
        "charge.dispute.funds_reinstated" => OfDispute(DisputeChange.FundsReinstated, subject),

        // Stripe has hundreds of types and adds more; those we did not ask for are no news.
        _ => new OtherEvent(),
    };

    // Older versions of the interface leave out what the event's own name already says.
    private static CheckoutEvent OfCheckout(CheckoutChange change, JsonElement subject) => new(
        change,
        StripeObjects.Checkout(
            subject, change is CheckoutChange.Expired ? CheckoutStatus.Expired : CheckoutStatus.Complete));

    private static IntentEvent OfIntent(IntentChange change, JsonElement subject) =>
        new(change, StripeObjects.Intent(subject));

    private static DisputeEvent OfDispute(DisputeChange change, JsonElement subject) =>
        new(change, StripeObjects.Dispute(subject));
}
