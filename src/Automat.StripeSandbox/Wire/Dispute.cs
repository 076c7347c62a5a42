namespace Automat.StripeSandbox.Wire;

internal enum DisputeStatus { NeedsResponse, Won, Lost }

/// <summary>The customer's bank takes the money back until somebody decides.</summary>
internal sealed class Dispute : StripeObject
{
    public override string Object => "dispute";
    public long Amount { get; set; }
    public List<BalanceTransaction> BalanceTransactions { get; set; } = [];
    public string Charge { get; set; } = "";
    public string Currency { get; set; } = "";
    public IReadOnlyList<string> EnhancedEligibilityTypes => [];
    public DisputeEvidence Evidence => new();
    public EvidenceDetails EvidenceDetails { get; set; } = new(0);
    public bool IsChargeRefundable => false;
    public bool Livemode => false;
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string? PaymentIntent { get; set; }
    public DisputeMethodDetails PaymentMethodDetails => new();
    public string Reason { get; set; } = "general";
    public DisputeStatus Status { get; set; }
}

internal sealed record EvidenceDetails(long DueBy)
{
    public Nothing EnhancedEligibility => Nothing.Set;
    public bool HasEvidence => false;
    public bool PastDue => false;
    public long SubmissionCount => 0;
}

internal sealed record DisputeMethodDetails
{
    public DisputeCard Card => new();
    public string Type => "card";
}

internal sealed record DisputeCard
{
    public string Brand => "visa";
    public string CaseType => "chargeback";
    public string? Network => "visa";
    public string? NetworkReasonCode => "10.4";
}

internal sealed record DisputeEvidence
{
    public string? AccessActivityLog => null;
    public string? BillingAddress => null;
    public string? CancellationPolicy => null;
    public string? CancellationPolicyDisclosure => null;
    public string? CancellationRebuttal => null;
    public string? CustomerCommunication => null;
    public string? CustomerEmailAddress => null;
    public string? CustomerName => null;
    public string? CustomerPurchaseIp => null;
    public string? CustomerSignature => null;
    public string? DuplicateChargeDocumentation => null;
    public string? DuplicateChargeExplanation => null;
    public string? DuplicateChargeId => null;
    public Nothing EnhancedEvidence => Nothing.Set;
    public string? ProductDescription => null;
    public string? Receipt => null;
    public string? RefundPolicy => null;
    public string? RefundPolicyDisclosure => null;
    public string? RefundRefusalExplanation => null;
    public string? ServiceDate => null;
    public string? ServiceDocumentation => null;
    public string? ShippingAddress => null;
    public string? ShippingCarrier => null;
    public string? ShippingDate => null;
    public string? ShippingDocumentation => null;
    public string? ShippingTrackingNumber => null;
    public string? UncategorizedFile => null;
    public string? UncategorizedText => null;
}
