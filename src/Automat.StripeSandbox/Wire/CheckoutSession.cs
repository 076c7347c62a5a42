using System.Text.Json.Serialization;

namespace Automat.StripeSandbox.Wire;

/// <summary>Life of a session. Open: may be paid. Complete: the customer is done. Expired: too late.</summary>
internal enum SessionStatus { Open, Complete, Expired }

/// <summary>Whether the money is there; a complete session of a delayed method is still unpaid.</summary>
internal enum SessionPaymentStatus { Unpaid, Paid, NoPaymentRequired }

internal enum CheckoutMode { Payment, Setup }

internal sealed class CheckoutSession : StripeObject
{
    public override string Object => "checkout.session";
    public object? AdaptivePricing => new Switch();
    public object? AfterExpiration => null;
    public bool? AllowPromotionCodes => null;
    public long? AmountSubtotal { get; set; }
    public long? AmountTotal { get; set; }
    public AutomaticTax AutomaticTax => AutomaticTax.Off;
    public string? BillingAddressCollection => null;
    public string? CancelUrl { get; set; }
    public string? ClientReferenceId { get; set; }
    public string? ClientSecret => null;
    public object? CollectedInformation => null;
    public object? Consent => null;
    public object? ConsentCollection => null;
    public string? Currency { get; set; }
    public object? CurrencyConversion => null;
    public IReadOnlyList<Nothing> CustomFields => [];
    public CustomText CustomText => CustomText.None;
    public string? Customer { get; set; }
    public string? CustomerAccount => null;
    public string? CustomerCreation { get; set; }
    public CustomerDetails? CustomerDetails { get; set; }
    public string? CustomerEmail { get; set; }
    public object? Discounts => null;
    public long ExpiresAt { get; set; }
    public string? IntegrationIdentifier => null;
    public string? Invoice => null;
    public object InvoiceCreation => Wire.InvoiceCreation.Off;
    public bool Livemode => false;
    public string? Locale { get; set; }
    public Switch ManagedPayments => new();
    public Dictionary<string, string> Metadata { get; set; } = [];
    public CheckoutMode Mode { get; set; }
    public string? OriginContext => null;
    public string? PaymentIntent { get; set; }
    public string? PaymentLink { get; set; }
    public string? PaymentMethodCollection { get; set; }
    public object? PaymentMethodConfigurationDetails => null;
    public Nothing PaymentMethodOptions => Nothing.Set;
    public IReadOnlyList<string> PaymentMethodTypes { get; set; } = ["card"];
    public SessionPaymentStatus PaymentStatus { get; set; }
    public object? Permissions => null;
    public Switch PhoneNumberCollection => new();
    public string? RecoveredFrom => null;
    public object? SavedPaymentMethodOptions => null;
    public string? SetupIntent { get; set; }
    public object? ShippingAddressCollection => null;
    public object? ShippingCost => null;
    public IReadOnlyList<Nothing> ShippingOptions => [];
    [JsonInclude]
    public SessionStatus Status { get; private set; }
    public string? SubmitType { get; set; }
    public string? Subscription => null;
    public string? SuccessUrl { get; set; }
    public TotalDetails TotalDetails => new();
    public string UiMode => "hosted_page";
    public string? Url { get; set; }
    public object? WalletOptions => null;

    [SandboxOnly]
    public List<LineItem> LineItems { get; set; } = [];

    [SandboxOnly]
    public IntentTemplate IntentData { get; set; } = new();

    internal override long? DueAt => Status is SessionStatus.Open ? ExpiresAt : null;

    /// <summary>The customer is done; nothing can be paid on it any more.</summary>
    public void Complete(SessionPaymentStatus payment)
    {
        (Status, PaymentStatus, Url) = (SessionStatus.Complete, payment, null);
    }

    public void Expire()
    {
        (Status, Url) = (SessionStatus.Expired, null);
    }
}

/// <summary>What the payment of a session or link shall look like (<c>payment_intent_data</c>).</summary>
internal sealed record IntentTemplate
{
    public CaptureMethod CaptureMethod { get; init; }
    public string? Description { get; init; }
    public Dictionary<string, string> Metadata { get; init; } = [];
    public string? SetupFutureUsage { get; init; }
    public string? StatementDescriptor { get; init; }
    public string? StatementDescriptorSuffix { get; init; }
    public string? TransferGroup { get; init; }
}

internal sealed record CustomerDetails(string? Email, string? Name = null)
{
    public Address Address { get; init; } = new();
    public string? Phone => null;
    public string TaxExempt => "none";
    public object? TaxIds => null;
    public string? BusinessName => null;
    public string? IndividualName => null;
}

internal sealed record AutomaticTax
{
    public static readonly AutomaticTax Off = new();

    public bool Enabled => false;
    public object? Liability => null;
    public string? Status => null;
    public string? Provider => null;
}

internal sealed record CustomText
{
    public static readonly CustomText None = new();

    public object? AfterSubmit => null;
    public object? ShippingAddress => null;
    public object? Submit => null;
    public object? TermsOfServiceAcceptance => null;
}

internal sealed record TotalDetails
{
    public long AmountDiscount => 0;
    public long? AmountShipping => 0;
    public long AmountTax => 0;
}

internal sealed record InvoiceCreation
{
    public static readonly InvoiceCreation Off = new();

    public bool Enabled => false;
    public InvoiceData InvoiceData => new();
}

internal sealed record InvoiceData
{
    public object? AccountTaxIds => null;
    public object? CustomFields => null;
    public string? Description => null;
    public string? Footer => null;
    public object? Issuer => null;
    public Dictionary<string, string> Metadata => [];
    public object? RenderingOptions => null;
}
