namespace Automat.StripeSandbox.Wire;

internal sealed class Product : StripeObject
{
    public override string Object => "product";
    public bool Active { get; set; } = true;
    public string? DefaultPrice { get; set; }
    public string? Description { get; set; }
    public IReadOnlyList<string> Images { get; set; } = [];
    public bool Livemode => false;
    public IReadOnlyList<Nothing> MarketingFeatures => [];
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string Name { get; set; } = "";
    public object? PackageDimensions => null;
    public bool? Shippable => null;
    public string? StatementDescriptor { get; set; }
    public string? TaxCode { get; set; }
    public string Type => "service";
    public string? UnitLabel { get; set; }
    public long Updated { get; set; }
    public string? Url { get; set; }
}

internal sealed class Price : StripeObject
{
    public override string Object => "price";
    public bool Active { get; set; } = true;
    public string BillingScheme => "per_unit";
    public string Currency { get; set; } = "";
    public object? CustomUnitAmount => null;
    public bool Livemode => false;
    public string? LookupKey { get; set; }
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string? Nickname { get; set; }
    public string Product { get; set; } = "";
    public object? Recurring => null;
    public string? TaxBehavior => "unspecified";
    public string? TiersMode => null;
    public object? TransformQuantity => null;
    public string Type => "one_time";
    public long? UnitAmount { get; set; }
    public string? UnitAmountDecimal =>
        UnitAmount?.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
