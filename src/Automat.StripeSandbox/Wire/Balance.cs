using System.Text.Json.Serialization;

namespace Automat.StripeSandbox.Wire;

/// <summary>One movement on the account; the balance is their sum.</summary>
internal sealed class BalanceTransaction : StripeObject
{
    public override string Object => "balance_transaction";
    public long Amount { get; set; }
    public long AvailableOn { get; set; }
    public string BalanceType => "payments";
    public string Currency { get; set; } = "";
    public string? Description { get; set; }
    public decimal? ExchangeRate => null;
    public long Fee => 0;
    public IReadOnlyList<Nothing> FeeDetails => [];
    public long Net => Amount;
    public string ReportingCategory { get; set; } = "charge";
    public string? Source { get; set; }
    public string Status => "available";
    public string Type { get; set; } = "charge";
}

internal sealed record Balance(IReadOnlyList<BalanceAmount> Available, IReadOnlyList<BalanceAmount> Pending)
{
    [JsonPropertyOrder(-1)]
    public string Object => "balance";

    public IReadOnlyList<ReservedAmount> ConnectReserved => [.. Available.Select(a => new ReservedAmount(a.Currency))];
    public bool Livemode => false;
}

internal sealed record BalanceAmount(long Amount, string Currency)
{
    public SourceTypes SourceTypes => new(Amount);
}

internal sealed record SourceTypes(long Card);

internal sealed record ReservedAmount(string Currency)
{
    public long Amount => 0;
}

/// <summary>Money sent from the account to the operator's bank.</summary>
internal sealed class Payout : StripeObject
{
    public override string Object => "payout";
    public long Amount { get; set; }
    public string? ApplicationFee => null;
    public long? ApplicationFeeAmount => null;
    public long ArrivalDate { get; set; }
    public bool Automatic => false;
    public string? BalanceTransaction { get; set; }
    public string Currency { get; set; } = "";
    public string? Description { get; set; }
    public string? Destination { get; set; }
    public string? FailureBalanceTransaction => null;
    public string? FailureCode => null;
    public string? FailureMessage => null;
    public bool Livemode => false;
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string Method => "standard";
    public string? OriginalPayout => null;
    public string? PayoutMethod => null;
    public string ReconciliationStatus => "not_applicable";
    public string? ReversedBy => null;
    public string SourceType => "card";
    public string? StatementDescriptor { get; set; }
    public string Status => "paid";
    public TraceId TraceId => new();
    public string Type => "bank_account";
}

internal sealed record TraceId
{
    public string Status => "supported";
    public string? Value => null;
}
