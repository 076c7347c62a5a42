using System.Text.Json.Serialization;

namespace Automat.StripeSandbox.Wire;

/// <summary>Pending: the bank has not answered. Succeeded: held or taken. Failed: declined.</summary>
internal enum ChargeStatus { Pending, Succeeded, Failed }

/// <summary>One attempt to move money for a payment intent.</summary>
internal sealed class Charge : StripeObject
{
    public override string Object => "charge";
    public long Amount { get; set; }
    public long AmountCaptured { get; set; }
    public long AmountRefunded { get; set; }
    public string? Application => null;
    public string? ApplicationFee => null;
    public long? ApplicationFeeAmount => null;
    public string? BalanceTransaction { get; set; }
    public BillingDetails BillingDetails { get; set; } = new();
    public string? CalculatedStatementDescriptor { get; set; }
    public bool Captured { get; set; }
    public string Currency { get; set; } = "";
    public string? Customer { get; set; }
    public string? Description { get; set; }
    public bool Disputed { get; set; }
    public string? FailureBalanceTransaction => null;
    public string? FailureCode { get; set; }
    public string? FailureMessage { get; set; }
    public Nothing FraudDetails => Nothing.Set;
    public bool Livemode => false;
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string? OnBehalfOf => null;
    public Outcome? Outcome { get; set; }
    public bool Paid { get; set; }
    public string? PaymentIntent { get; set; }
    public string? PaymentMethod { get; set; }
    public ChargeMethodDetails? PaymentMethodDetails { get; set; }
    public string? ReceiptEmail { get; set; }
    public string? ReceiptNumber => null;
    public string? ReceiptUrl { get; set; }
    public bool Refunded { get; set; }
    public StripeList<Refund> Refunds => new($"/v1/charges/{Id}/refunds", RefundList, HasMore: false);
    public string? Review => null;
    public object? Shipping => null;
    public object? Source => null;
    public string? SourceTransfer => null;
    public string? StatementDescriptor { get; set; }
    public string? StatementDescriptorSuffix { get; set; }
    public ChargeStatus Status { get; set; }
    public object? TransferData => null;
    public string? TransferGroup { get; set; }

    /// <summary>Linked again when the journal is read: the refunds themselves are the truth.</summary>
    [JsonIgnore]
    public List<Refund> RefundList { get; } = [];

    /// <summary>What may still be given back, in minor units.</summary>
    internal long Refundable => Amount - AmountRefunded;
}

internal sealed record Outcome
{
    public string? AdviceCode { get; init; }
    public string? NetworkAdviceCode => null;
    public string? NetworkDeclineCode { get; init; }
    public string? NetworkStatus { get; init; }
    public string? Reason { get; init; }
    public string? SellerMessage { get; init; }
    public string Type { get; init; } = "authorized";
}

internal sealed record ChargeMethodDetails(string Type)
{
    public ChargeCard? Card { get; init; }
    public BankAccount? UsBankAccount { get; init; }
    public BankAccount? SepaDebit { get; init; }
}

internal sealed record ChargeCard
{
    public long? AmountAuthorized { get; init; }
    public string? AuthorizationCode => null;
    public string Brand { get; init; } = "visa";
    public long? CaptureBefore { get; init; }
    public CardChecks Checks => new();
    public string? Country => "US";
    public int ExpMonth { get; init; }
    public int ExpYear { get; init; }
    public Availability ExtendedAuthorization => new("disabled");
    public string? Fingerprint { get; init; }
    public string Funding { get; init; } = "credit";
    public Availability IncrementalAuthorization => new("unavailable");
    public object? Installments => null;
    public string? Last4 { get; init; }
    public string? Mandate => null;
    public Availability Multicapture => new("unavailable");
    public string? Network { get; init; }
    public NetworkToken NetworkToken => new(Used: false);
    public string? NetworkTransactionId => null;
    public Overcapture Overcapture => new("unavailable", AmountAuthorized ?? 0);
    public string? RegulatedStatus => "unregulated";
    public object? ThreeDSecure => null;
    public string? TransactionLinkId => null;
    public object? Wallet => null;
}

internal sealed record Availability(string Status);

internal sealed record NetworkToken(bool Used);

internal sealed record Overcapture(string Status, long MaximumAmountCapturable);
