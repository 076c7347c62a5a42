namespace Automat.StripeSandbox.Wire;

internal sealed class Customer : StripeObject
{
    public override string Object => "customer";
    public Address? Address { get; set; }
    public long Balance => 0;
    public string? Currency { get; set; }
    public string? DefaultSource => null;
    public bool Delinquent => false;
    public string? Description { get; set; }
    public object? Discount => null;
    public string? Email { get; set; }
    public string InvoicePrefix { get; set; } = "";
    public InvoiceSettings InvoiceSettings { get; set; } = new();
    public bool Livemode => false;
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string? Name { get; set; }
    public long NextInvoiceSequence => 1;
    public string? Phone { get; set; }
    public IReadOnlyList<string> PreferredLocales { get; set; } = [];
    public object? Shipping => null;
    public string TaxExempt => "none";
    public string? TestClock => null;
}

internal sealed record InvoiceSettings
{
    public object? CustomFields => null;
    public string? DefaultPaymentMethod { get; init; }
    public string? Footer => null;
    public object? RenderingOptions => null;
}
