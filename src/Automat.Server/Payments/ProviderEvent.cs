namespace Automat.Server.Payments;

/// <summary>Something a payment provider told us happened. Comes twice, late and out of order.</summary>
/// <param name="Id">The provider's id of the event: the inbox's key.</param>
/// <param name="Type">The provider's own word for it.</param>
/// <param name="Created">When it happened.</param>
/// <param name="LiveMode">Whether real money is meant.</param>
/// <param name="Content">What it is about, typed.</param>
public sealed record ProviderEvent(
    string Id, string Type, DateTimeOffset Created, bool LiveMode, ProviderEventContent Content);

/// <summary>What an event is about: one of the records nested here, and no other.</summary>
public abstract record ProviderEventContent
{
    private ProviderEventContent()
    {
    }

    /// <summary>A pay page changed.</summary>
    /// <param name="Change">What changed.</param>
    /// <param name="Checkout">The page as it was at that moment.</param>
    public sealed record CheckoutEvent(CheckoutChange Change, Checkout Checkout) : ProviderEventContent;

    /// <summary>A payment changed.</summary>
    /// <param name="Change">What changed.</param>
    /// <param name="Intent">The payment as it was at that moment.</param>
    public sealed record IntentEvent(IntentChange Change, PaymentIntent Intent) : ProviderEventContent;

    /// <summary>One refund was made or changed.</summary>
    /// <param name="Refund">The refund as it was at that moment.</param>
    public sealed record RefundEvent(Refund Refund) : ProviderEventContent;

    /// <summary>Money of a charge was given back, by us or by hand at the provider.</summary>
    /// <param name="ChargeId">The provider's id of the charge.</param>
    /// <param name="PaymentIntentId">The payment it belongs to.</param>
    /// <param name="AmountRefunded">All that was given back of it so far, in minor units.</param>
    /// <param name="Currency">Upper-case ISO code.</param>
    /// <param name="Fully">Whether nothing is left to give back.</param>
    public sealed record ChargeRefundedEvent(
        string ChargeId, string? PaymentIntentId, long AmountRefunded, string Currency, bool Fully)
        : ProviderEventContent;

    /// <summary>A dispute was opened or changed.</summary>
    /// <param name="Change">What changed.</param>
    /// <param name="Dispute">The dispute as it was at that moment.</param>
    public sealed record DisputeEvent(DisputeChange Change, Dispute Dispute) : ProviderEventContent;

    /// <summary>A type of event we do not act on.</summary>
    public sealed record OtherEvent : ProviderEventContent;

    /// <summary>
    /// A type we act on, but it says something we have never seen. Keep it, tell a person, and never treat it as
    /// <see cref="OtherEvent"/>: there may be money in it.
    /// </summary>
    /// <param name="Reason">What could not be read.</param>
    public sealed record UnreadableEvent(string Reason) : ProviderEventContent;
}

/// <summary>What happened to a pay page.</summary>
public enum CheckoutChange
{
    /// <summary>The customer is through. Look at the payment status: the money may still be on its way.</summary>
    Completed,

    /// <summary>Money that was on its way has arrived.</summary>
    AsyncPaymentSucceeded,

    /// <summary>Money that was on its way will not come.</summary>
    AsyncPaymentFailed,

    /// <summary>Closed without a payment.</summary>
    Expired,
}

/// <summary>What happened to a payment.</summary>
public enum IntentChange
{
    /// <summary>The money is held.</summary>
    AmountCapturableUpdated,

    /// <summary>The money is ours.</summary>
    Succeeded,

    /// <summary>A try failed; the customer may try again.</summary>
    PaymentFailed,

    /// <summary>Called off; what was held is released.</summary>
    Canceled,
}

/// <summary>What happened to a dispute.</summary>
public enum DisputeChange
{
    /// <summary>Opened.</summary>
    Created,

    /// <summary>Changed.</summary>
    Updated,

    /// <summary>Decided.</summary>
    Closed,

    /// <summary>The money was taken from our balance.</summary>
    FundsWithdrawn,

    /// <summary>The money came back to our balance.</summary>
    FundsReinstated,
}

/// <summary>The ways reading a webhook can end: one of the records nested here, and no other.</summary>
public abstract record WebhookReading
{
    private WebhookReading()
    {
    }

    /// <summary>The provider itself sent it. Store it, then answer 2xx.</summary>
    /// <param name="Event">What it said.</param>
    public sealed record Received(ProviderEvent Event) : WebhookReading;

    /// <summary>Rightly signed, but not an event.</summary>
    public sealed record InvalidPayload : WebhookReading;

    /// <summary>Not signed, wrongly signed, or signed too long ago.</summary>
    public sealed record InvalidSignature : WebhookReading;

    /// <summary>We have no secret to check it with.</summary>
    public sealed record NotConfigured : WebhookReading;
}
