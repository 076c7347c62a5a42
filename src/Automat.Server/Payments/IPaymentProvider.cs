namespace Automat.Server.Payments;

/// <summary>
/// Someone who takes money for us: a plug-in, one folder per provider.
/// The contract every implementation keeps:
/// amounts are minor units as ISO 4217 counts them, currencies are upper-case ISO codes, and the provider's own ways of
/// counting stay inside its folder; every call that changes something carries <b>our</b> idempotency key, and calling
/// again with the same key and the same arguments answers the first answer, never a second effect;
/// <see cref="ProviderRefusedException"/> means nothing happened and nothing will,
/// <see cref="ProviderUnavailableException"/> means we do not know: ask again with the same key, or look it up,
/// <see cref="ProviderAnswerException"/> means the provider said something we have never seen: a person must look.
/// No implementation logs secrets, card data or bodies.
/// </summary>
public interface IPaymentProvider
{
    /// <summary>The stable name stored with every payment, lower case.</summary>
    string Name { get; }

    /// <summary>Opens a page on which one customer pays one order.</summary>
    Task<Checkout> CreateCheckoutAsync(CheckoutRequest request, string key, CancellationToken ct);

    /// <summary>
    /// Closes an open page so that it can no longer be paid. Refused when it is already paid or closed.
    /// </summary>
    Task<Checkout> ExpireCheckoutAsync(string checkoutId, string key, CancellationToken ct);

    /// <summary>The checkout as the provider sees it now; null when it knows no such id.</summary>
    Task<Checkout?> FindCheckoutAsync(string checkoutId, CancellationToken ct);

    /// <summary>One page of checkouts created at or after <paramref name="since"/>, newest first.</summary>
    /// <param name="since">The earliest creation time.</param>
    /// <param name="cursor">The <see cref="ProviderPage{T}.Next"/> of the page before; null for the first.</param>
    /// <param name="ct">Cancels the call.</param>
    Task<ProviderPage<Checkout>> ListCheckoutsAsync(DateTimeOffset since, string? cursor, CancellationToken ct);

    /// <summary>Creates a price that payment links can name.</summary>
    Task<Price> CreatePriceAsync(PriceRequest request, string key, CancellationToken ct);

    /// <summary>The price; null when the provider knows no such id.</summary>
    Task<Price?> FindPriceAsync(string priceId, CancellationToken ct);

    /// <summary>Creates a permanent address, often printed as a QR code, that many customers can pay at.</summary>
    Task<PaymentLink> CreatePaymentLinkAsync(PaymentLinkRequest request, string key, CancellationToken ct);

    /// <summary>
    /// Asks for a hold on a card, or for its money at once. Held only when the answer's status is
    /// <see cref="IntentStatus.RequiresCapture"/>; before that the customer still has something to do.
    /// </summary>
    Task<PaymentIntent> AuthorizeAsync(AuthorizeRequest request, string key, CancellationToken ct);

    /// <summary>The payment as the provider sees it now, with the card's name; null when it knows no such id.</summary>
    Task<PaymentIntent?> FindIntentAsync(string intentId, CancellationToken ct);

    /// <summary>
    /// Takes <paramref name="amount"/> of what is held and releases the rest. More than zero; else release.
    /// </summary>
    Task<PaymentIntent> CaptureAsync(string intentId, long amount, string currency, string key, CancellationToken ct);

    /// <summary>Gives the whole hold back.</summary>
    Task<PaymentIntent> ReleaseAsync(string intentId, string key, CancellationToken ct);

    /// <summary>Gives captured money back, wholly or in part; several part refunds may follow each other.</summary>
    Task<Refund> RefundAsync(RefundRequest request, string key, CancellationToken ct);

    /// <summary>The refund as the provider sees it now; null when it knows no such id.</summary>
    Task<Refund?> FindRefundAsync(string refundId, CancellationToken ct);

    /// <summary>All refunds of one payment, newest first.</summary>
    Task<IReadOnlyList<Refund>> ListRefundsAsync(string intentId, CancellationToken ct);

    /// <summary>One page of what moved money on our account between two moments, the second not included; newest first.</summary>
    /// <param name="from">The earliest moment.</param>
    /// <param name="until">The moment right after the latest.</param>
    /// <param name="cursor">The <see cref="ProviderPage{T}.Next"/> of the page before; null for the first.</param>
    /// <param name="ct">Cancels the call.</param>
    Task<ProviderPage<BalanceEntry>> ListBalanceAsync(DateTimeOffset from, DateTimeOffset until, string? cursor, CancellationToken ct);

    /// <summary>Creates a customer whose cards can be kept.</summary>
    Task<ProviderCustomer> CreateCustomerAsync(CustomerRequest request, string key, CancellationToken ct);

    /// <summary>Keeps a payment method with a customer and makes it the one used by default.</summary>
    Task<SavedPaymentMethod> AttachPaymentMethodAsync(
        string customerId, string paymentMethodId, string key, CancellationToken ct);

    /// <summary>Opens a page on which a customer has a card kept; nothing is charged.</summary>
    Task<Checkout> CreateCardSetupAsync(CardSetupRequest request, string key, CancellationToken ct);

    /// <summary>What became of such a page; null when it is none, or the provider knows no such id.</summary>
    Task<CardSetup?> FindCardSetupAsync(string checkoutId, CancellationToken ct);

    /// <summary>Lets go of a kept payment method for good; one that is gone already is no fault.</summary>
    Task DetachPaymentMethodAsync(string paymentMethodId, string key, CancellationToken ct);

    /// <summary>Checks that the provider itself sent this message, and reads it. Does no I/O.</summary>
    /// <param name="body">The request's bytes exactly as received.</param>
    /// <param name="signature">The signature header's text; null when there was none.</param>
    /// <param name="now">The current time: an old signature is no signature.</param>
    WebhookReading ParseWebhook(ReadOnlyMemory<byte> body, string? signature, DateTimeOffset now);

    /// <summary>Reads a message whose signature was checked when it arrived, such as one kept in the inbox.</summary>
    /// <exception cref="ProviderAnswerException">It is not an event of this provider.</exception>
    ProviderEvent ReadEvent(ReadOnlyMemory<byte> body);
}
