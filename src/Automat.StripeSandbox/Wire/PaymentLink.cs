namespace Automat.StripeSandbox.Wire;

/// <summary>A reusable address: every visit starts a fresh session of the same goods.</summary>
internal sealed class PaymentLink : StripeObject
{
    public override string Object => "payment_link";
    public bool Active { get; set; } = true;
    public AfterCompletion AfterCompletion { get; set; } = new();
    public bool AllowPromotionCodes => false;
    public string? Application => null;
    public long? ApplicationFeeAmount => null;
    public decimal? ApplicationFeePercent => null;
    public AutomaticTax AutomaticTax => AutomaticTax.Off;
    public string BillingAddressCollection => "auto";
    public object? ConsentCollection => null;
    public string Currency { get; set; } = "";
    public IReadOnlyList<Nothing> CustomFields => [];
    public CustomText CustomText => CustomText.None;
    public string CustomerCreation { get; set; } = "if_required";
    public string? InactiveMessage { get; set; }
    public object InvoiceCreation => Wire.InvoiceCreation.Off;
    public bool Livemode => false;
    public Switch ManagedPayments => new();
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string? OnBehalfOf => null;
    public IntentTemplate? PaymentIntentData { get; set; }
    public string PaymentMethodCollection => "if_required";
    public object? PaymentMethodOptions => null;
    public IReadOnlyList<string>? PaymentMethodTypes { get; set; }
    public Switch PhoneNumberCollection => new();
    public Restrictions? Restrictions { get; set; }
    public object? ShippingAddressCollection => null;
    public IReadOnlyList<Nothing> ShippingOptions => [];
    public string SubmitType { get; set; } = "auto";
    public object? SubscriptionData => null;
    public TaxIdCollection TaxIdCollection => new();
    public object? TransferData => null;
    public string Url { get; set; } = "";

    [SandboxOnly]
    public List<LineItem> LineItems { get; set; } = [];
}

internal sealed record AfterCompletion
{
    public string Type { get; init; } = "hosted_confirmation";
    public HostedConfirmation? HostedConfirmation { get; init; } = new(null);
    public Redirect? Redirect { get; init; }
}

internal sealed record HostedConfirmation(string? CustomMessage);

internal sealed record Redirect(string Url);

internal sealed record Restrictions(CompletedSessions CompletedSessions);

internal sealed record CompletedSessions(long Count, long Limit);

internal sealed record TaxIdCollection
{
    public bool Enabled => false;
    public string Required => "never";
}
