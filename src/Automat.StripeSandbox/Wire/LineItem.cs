using System.Text.Json.Serialization;

namespace Automat.StripeSandbox.Wire;

/// <summary>One line of a session or link: a price, as many times as <see cref="Quantity"/>.</summary>
internal sealed class LineItem
{
    [JsonPropertyOrder(-2)]
    public string Id { get; set; } = "";

    [JsonPropertyOrder(-1)]
    public string Object => "item";

    public long AmountDiscount => 0;
    public long AmountSubtotal { get; set; }
    public long AmountTax => 0;
    public long AmountTotal { get; set; }
    public string Currency { get; set; } = "";
    public string Description { get; set; } = "";
    public Dictionary<string, string> Metadata { get; set; } = [];
    public Price Price { get; set; } = new();
    public long Quantity { get; set; }
}
