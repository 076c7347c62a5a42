namespace Automat.StripeSandbox.Wire;

/// <summary>Pending: on its way. Succeeded: given back. Failed: it came back. Canceled: stopped in time.</summary>
internal enum RefundStatus { Pending, Succeeded, Failed, Canceled }

internal sealed class Refund : StripeObject
{
    public override string Object => "refund";
    public long Amount { get; set; }
    public string? BalanceTransaction { get; set; }
    public string? Charge { get; set; }
    public string Currency { get; set; } = "";
    public string? Customer { get; set; }
    public string? CustomerAccount => null;
    public RefundDestination DestinationDetails { get; set; } = new("card");
    public string? FailureBalanceTransaction { get; set; }
    public string? FailureReason { get; set; }
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string? PaymentIntent { get; set; }
    public string? PaymentMethod { get; set; }
    public string? Reason { get; set; }
    public string? ReceiptNumber => null;
    public string? SourceTransferReversal => null;
    public RefundStatus Status { get; set; }
    public string? TransferReversal => null;

    /// <summary>When a refund of a misbehaving card changes by itself.</summary>
    [SandboxOnly]
    public long? ChangesAt { get; set; }

    internal override long? DueAt => Status is RefundStatus.Pending or RefundStatus.Succeeded ? ChangesAt : null;
}

internal sealed record RefundDestination(string Type)
{
    public CardReversal? Card => Type == "card" ? new() : null;
}

internal sealed record CardReversal
{
    public string Type => "reversal";
}
