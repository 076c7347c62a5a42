using System.Globalization;
using System.Text.Json.Serialization;
using Automat.Domain.Goods;

namespace Automat.Domain.Vends;

/// <summary>So many of one product, at the price agreed when the customer paid.</summary>
/// <param name="Slot">Where it lies in the machine; the key of the stock.</param>
/// <param name="Product">The product's id; null for goods the catalogue does not list.</param>
/// <param name="Name">The product's name at the time.</param>
/// <param name="Quantity">Pieces, or grams of goods by weight; at least 1.</param>
/// <param name="UnitPrice">Minor units of the vend's currency of a piece, or of a kilogram, tax included.</param>
/// <param name="TaxBasisPoints">Tax rate in hundredths of a percent.</param>
public sealed record VendLine(
    string Slot, Guid? Product, string Name, int Quantity, long UnitPrice, int TaxBasisPoints)
{
    /// <summary>The product's category at the time, which limits of chips count by; null where nobody knows.</summary>
    public string? Category { get; init; }

    /// <summary>Whether it is sold by weight: grams, at a price per kilogram.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool IsByWeight { get; init; }

    /// <summary>How many things it is to whoever counts them: what was weighed is one.</summary>
    [JsonIgnore]
    public int Pieces => IsByWeight ? 1 : Quantity;

    /// <summary>Price of the line, tax included, in minor units; by weight it is rounded once, here.</summary>
    public long Total => IsByWeight ? Weights.PriceOf(Quantity, UnitPrice) : UnitPrice * Quantity;

    /// <summary>The tax in the line.</summary>
    public TaxRate Rate => new(TaxBasisPoints);

    /// <summary>The line in words: <c>2 × Cola</c>, <c>0.250 kg Cheese</c>.</summary>
    public string Say(IFormatProvider reader) =>
        IsByWeight ? $"{Weights.Text(Quantity, reader)} {Name}" : string.Create(CultureInfo.InvariantCulture, $"{Quantity} × {Name}");
}
