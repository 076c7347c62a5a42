using System.Globalization;
using System.Text;

namespace Automat.Server.Payments;

/// <summary>One line of what the customer pays for.</summary>
/// <param name="Name">What the customer reads on the pay page.</param>
/// <param name="UnitAmount">Price of one, in minor units of the checkout's currency.</param>
/// <param name="Quantity">How many, at least one.</param>
public sealed record CheckoutLine(string Name, long UnitAmount, long Quantity);

/// <summary>What a pay page is to be made of.</summary>
/// <param name="Reference">Our own id of the order or vend; comes back in the session and its events.</param>
/// <param name="Currency">Upper-case ISO 4217 code of every line.</param>
/// <param name="Lines">At least one line.</param>
/// <param name="SuccessUrl">Where the customer goes after paying; the provider may fill in its own placeholder.</param>
/// <param name="CancelUrl">Where the customer goes after giving up.</param>
public sealed record CheckoutRequest(
    Guid Reference, string Currency, IReadOnlyList<CheckoutLine> Lines, string SuccessUrl, string CancelUrl)
{
    /// <summary>When the page closes by itself; null for the provider's own default. Providers have limits.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The customer's address, shown on the page and used for the receipt.</summary>
    public string? CustomerEmail { get; init; }

    /// <summary>Language of the page, such as <c>de</c>; null lets the browser decide.</summary>
    public string? Locale { get; init; }

    /// <summary>True to hold the money only, for a capture later.</summary>
    public bool Hold { get; init; }

    /// <summary>
    /// True to keep the card with a customer at the provider, so that it can be charged later without the customer; the page
    /// says so to them.
    /// </summary>
    public bool KeepCard { get; init; }

    /// <summary>Facts that travel with the payment and come back in its events.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = NoMetadata.Instance;
}

/// <summary>A pay page as the provider sees it.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="Status">Whether the page is still open.</param>
/// <param name="PaymentStatus">Whether the money is there. Only <see cref="CheckoutPaymentStatus.Paid"/> is
/// money.</param>
/// <param name="Created">When it was created.</param>
public sealed record Checkout(
    string Id, CheckoutStatus Status, CheckoutPaymentStatus PaymentStatus, DateTimeOffset Created)
{
    /// <summary>Where to send the customer; null once the page is closed.</summary>
    public string? Url { get; init; }

    /// <summary>When the page closes by itself.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>What the customer pays in all, in minor units; null while the provider has not computed it.</summary>
    public long? AmountTotal { get; init; }

    /// <summary>Upper-case ISO code of <see cref="AmountTotal"/>.</summary>
    public string? Currency { get; init; }

    /// <summary>The payment behind the page, to refund or capture; null until there is one.</summary>
    public string? PaymentIntentId { get; init; }

    /// <summary>The payment link the page came from, if any.</summary>
    public string? PaymentLinkId { get; init; }

    /// <summary>What we gave as reference, as text: links let strangers set it.</summary>
    public string? Reference { get; init; }

    /// <summary>The customer's e-mail address, if known.</summary>
    public string? Email { get; init; }

    /// <summary>Whether real money is meant.</summary>
    public bool LiveMode { get; init; }

    /// <summary>What we, or the payment link, put there.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = NoMetadata.Instance;
}

/// <summary>Whether a pay page can still be used.</summary>
public enum CheckoutStatus
{
    /// <summary>The customer may still pay.</summary>
    Open,

    /// <summary>The customer is through; the money may still be on its way.</summary>
    Complete,

    /// <summary>Closed without a payment.</summary>
    Expired,
}

/// <summary>Whether a pay page's money is there.</summary>
public enum CheckoutPaymentStatus
{
    /// <summary>The money is ours.</summary>
    Paid,

    /// <summary>Not, or not yet: delayed methods, and holds, which are not captured.</summary>
    Unpaid,

    /// <summary>Nothing was to be paid.</summary>
    NoPaymentRequired,
}

/// <summary>A price to create.</summary>
/// <param name="ProductName">What is sold.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="Currency">Upper-case ISO code.</param>
public sealed record PriceRequest(string ProductName, long Amount, string Currency);

/// <summary>A price at the provider.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="UnitAmount">Minor units; null where the provider's price is not one fixed amount.</param>
/// <param name="Currency">Upper-case ISO code.</param>
/// <param name="Active">Whether it can be used for new payments.</param>
public sealed record Price(string Id, long? UnitAmount, string Currency, bool Active);

/// <summary>A payment link to create.</summary>
/// <param name="PriceId">The provider's price.</param>
/// <param name="Quantity">How many of it, at least one.</param>
/// <param name="Metadata">Copied to every checkout that comes from the link.</param>
public sealed record PaymentLinkRequest(string PriceId, long Quantity, IReadOnlyDictionary<string, string> Metadata);

/// <summary>A permanent address to pay at.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="Url">The address itself.</param>
public sealed record PaymentLink(string Id, string Url);

/// <summary>A hold to ask for.</summary>
/// <param name="Amount">The most that may be captured later, in minor units.</param>
/// <param name="Currency">Upper-case ISO code.</param>
public sealed record AuthorizeRequest(long Amount, string Currency)
{
    /// <summary>Whose saved card to use; together with <see cref="PaymentMethodId"/>.</summary>
    public string? CustomerId { get; init; }

    /// <summary>A saved card to hold at once, without the customer's help; null when the customer confirms.</summary>
    public string? PaymentMethodId { get; init; }

    /// <summary>True to take the money at once instead of holding it.</summary>
    public bool TakeAtOnce { get; init; }

    /// <summary>Facts that travel with the payment.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = NoMetadata.Instance;
}

/// <summary>One payment at the provider, from the wish to the money.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Amount">What was asked for, in minor units.</param>
/// <param name="Currency">Upper-case ISO code.</param>
/// <param name="Capturable">What is held and can be captured, in minor units.</param>
/// <param name="Received">What was captured, in minor units.</param>
public sealed record PaymentIntent(
    string Id, IntentStatus Status, long Amount, string Currency, long Capturable, long Received)
{
    /// <summary>
    /// Lets the customer's own device confirm the payment: hand it to that customer only, never log it.
    /// </summary>
    public string? ClientSecret { get; init; }

    /// <summary>The customer whose payment it is; null for one without.</summary>
    public string? CustomerId { get; init; }

    /// <summary>What it is paid with.</summary>
    public string? PaymentMethodId { get; init; }

    /// <summary>The provider's name for the card itself, the same whoever presents it; told by a look-up only.</summary>
    public string? Card { get; init; }

    /// <summary>Facts that travel with the payment.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = NoMetadata.Instance;

    private bool PrintMembers(StringBuilder text)
    {
        // Records print all they hold; the client secret must not reach a log that way.
        text.Append(
            CultureInfo.InvariantCulture,
            $"Id = {Id}, Status = {Status}, Amount = {Amount} {Currency}, Held = {Capturable}, Received = {Received}");
        return true;
    }
}

/// <summary>How far a payment is.</summary>
public enum IntentStatus
{
    /// <summary>No card yet, or the last one was declined.</summary>
    RequiresPaymentMethod,

    /// <summary>A card is named but not tried.</summary>
    RequiresConfirmation,

    /// <summary>The customer must do something, such as 3-D Secure.</summary>
    RequiresAction,

    /// <summary>The bank is thinking.</summary>
    Processing,

    /// <summary>The money is held.</summary>
    RequiresCapture,

    /// <summary>Given back, or never taken.</summary>
    Canceled,

    /// <summary>The money is ours.</summary>
    Succeeded,
}

/// <summary>Money to give back.</summary>
/// <param name="PaymentIntentId">The payment it came with.</param>
/// <param name="Amount">How much, in minor units, more than zero.</param>
/// <param name="Currency">Upper-case ISO code of the payment.</param>
/// <param name="Metadata">Facts that travel with the refund.</param>
public sealed record RefundRequest(
    string PaymentIntentId, long Amount, string Currency, IReadOnlyDictionary<string, string> Metadata);

/// <summary>Money on its way back.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Amount">Minor units.</param>
/// <param name="Currency">Upper-case ISO code.</param>
/// <param name="PaymentIntentId">The payment it came with; null for old payments without one.</param>
/// <param name="Created">When it was made.</param>
/// <param name="Metadata">What we put there; empty for a refund made by hand at the provider.</param>
public sealed record Refund(
    string Id,
    RefundStatus Status,
    long Amount,
    string Currency,
    string? PaymentIntentId,
    DateTimeOffset Created,
    IReadOnlyDictionary<string, string> Metadata);

/// <summary>How far a refund is.</summary>
public enum RefundStatus
{
    /// <summary>Accepted, on its way.</summary>
    Pending,

    /// <summary>The customer must tell where to.</summary>
    RequiresAction,

    /// <summary>Sent; it can still fail days later.</summary>
    Succeeded,

    /// <summary>The money came back to us.</summary>
    Failed,

    /// <summary>Called off before it was sent.</summary>
    Canceled,
}

/// <summary>A customer to create.</summary>
/// <param name="Email">Address for receipts, if known.</param>
/// <param name="Metadata">Facts that travel with the customer.</param>
public sealed record CustomerRequest(string? Email, IReadOnlyDictionary<string, string> Metadata);

/// <summary>A customer at the provider.</summary>
/// <param name="Id">The provider's id.</param>
public sealed record ProviderCustomer(string Id);

/// <summary>A kept card: what a customer needs to recognise it, and no more.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="Kind">The provider's word for its kind, such as <c>card</c>.</param>
/// <param name="Brand">Card brand, if it is a card.</param>
/// <param name="Last4">Last four digits, if it is a card.</param>
public sealed record SavedPaymentMethod(string Id, string Kind, string? Brand, string? Last4);

/// <summary>A page on which a card is to be kept.</summary>
/// <param name="Reference">Our own id of whose card it will be; comes back in the session and its events.</param>
/// <param name="CustomerId">The provider's customer that keeps it.</param>
/// <param name="SuccessUrl">Where the customer goes then; the provider may fill in its own placeholder.</param>
/// <param name="CancelUrl">Where the customer goes after giving up.</param>
/// <param name="Locale">Language of the page, such as <c>de</c>.</param>
public sealed record CardSetupRequest(Guid Reference, string CustomerId, string SuccessUrl, string CancelUrl, string Locale);

/// <summary>What became of a page on which a card was to be kept.</summary>
/// <param name="Reference">What we gave as reference.</param>
/// <param name="CustomerId">The provider's customer.</param>
/// <param name="Method">The card; null until there is one, and when the customer keeps it no longer.</param>
public sealed record CardSetup(string? Reference, string? CustomerId, SavedPaymentMethod? Method);

/// <summary>A customer's bank asks for the money back.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Amount">Disputed amount in minor units.</param>
/// <param name="Currency">Upper-case ISO code.</param>
/// <param name="PaymentIntentId">The payment, if the provider names it.</param>
/// <param name="Reason">The provider's word for the reason, for people to read.</param>
public sealed record Dispute(
    string Id, DisputeStatus Status, long Amount, string Currency, string? PaymentIntentId, string Reason)
{
    /// <summary>Until when the provider takes an answer; null where it does not say.</summary>
    public DateTimeOffset? DueBy { get; init; }

    /// <summary>When it was opened; null where the provider does not say.</summary>
    public DateTimeOffset? Created { get; init; }
}

/// <summary>How far a dispute is.</summary>
public enum DisputeStatus
{
    /// <summary>An inquiry that wants an answer.</summary>
    WarningNeedsResponse,

    /// <summary>An inquiry under review.</summary>
    WarningUnderReview,

    /// <summary>An inquiry that came to nothing.</summary>
    WarningClosed,

    /// <summary>The money is withheld; an answer is wanted.</summary>
    NeedsResponse,

    /// <summary>The bank weighs the evidence.</summary>
    UnderReview,

    /// <summary>Settled before it became a dispute.</summary>
    Prevented,

    /// <summary>The money is ours again.</summary>
    Won,

    /// <summary>The money is gone.</summary>
    Lost,
}

/// <summary>Part of a long list.</summary>
/// <param name="Items">What this page holds.</param>
/// <param name="Next">Cursor of the next page; null at the end.</param>
public sealed record ProviderPage<T>(IReadOnlyList<T> Items, string? Next);

/// <summary>The one empty dictionary.</summary>
public static class NoMetadata
{
    /// <summary>Empty, and stays so.</summary>
    public static readonly IReadOnlyDictionary<string, string> Instance =
        new Dictionary<string, string>(StringComparer.Ordinal).AsReadOnly();
}
