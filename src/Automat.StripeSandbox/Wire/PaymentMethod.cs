namespace Automat.StripeSandbox.Wire;

/// <summary>What a test instrument does when it is charged.</summary>
internal enum Behaviour
{
    /// <summary>Pays at once.</summary>
    Pays,

    /// <summary>Is declined with <see cref="PaymentMethod.DeclineCode"/>.</summary>
    Declines,

    /// <summary>Answers later, with the money.</summary>
    PaysLater,

    /// <summary>Answers later, without.</summary>
    FailsLater,

    /// <summary>Pays; its refund is pending and succeeds later.</summary>
    RefundPends,

    /// <summary>Pays; its refund seems to succeed and fails later.</summary>
    RefundFails,

    /// <summary>Pays, but not without the customer: then their bank wants to ask them.</summary>
    AsksCustomer,
}

internal sealed class PaymentMethod : StripeObject
{
    public override string Object => "payment_method";
    public string AllowRedisplay => "unspecified";
    public BillingDetails BillingDetails { get; set; } = new();
    public Card? Card { get; set; }
    public string? Customer { get; set; }
    public string? CustomerAccount => null;
    public bool Livemode => false;
    public Dictionary<string, string> Metadata { get; set; } = [];
    public BankAccount? SepaDebit { get; set; }
    public string Type { get; set; } = "card";
    public BankAccount? UsBankAccount { get; set; }

    [SandboxOnly]
    public Behaviour Behaviour { get; set; }

    /// <summary>Stripe's decline code, for an instrument that declines.</summary>
    [SandboxOnly]
    public string? DeclineCode { get; set; }
}

internal sealed record Card
{
    public string Brand { get; init; } = "visa";
    public CardChecks Checks => new();
    public string? Country => "US";
    public string? DisplayBrand => Brand;
    public int ExpMonth { get; init; }
    public int ExpYear { get; init; }
    public string? Fingerprint { get; init; }
    public string Funding { get; init; } = "credit";
    public object? GeneratedFrom => null;
    public string Last4 { get; init; } = "";
    public CardNetworks? Networks => new([Brand]);
    public string? RegulatedStatus => "unregulated";
    public ThreeDSecureUsage? ThreeDSecureUsage => new();
    public object? Wallet => null;
}

internal sealed record BankAccount(string Last4)
{
    public string BankName => "SANDBOX BANK";
    public string Country { get; init; } = "US";
}

internal sealed record CardChecks
{
    public string? AddressLine1Check => null;
    public string? AddressPostalCodeCheck => null;
    public string? CvcCheck => "pass";
}

internal sealed record CardNetworks(IReadOnlyList<string> Available)
{
    public string? Preferred => null;
}

internal sealed record ThreeDSecureUsage
{
    public bool Supported => true;
}
