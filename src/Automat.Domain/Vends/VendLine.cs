namespace Automat.Domain.Vends;

/// <summary>So many of one product, at the price agreed when the customer paid.</summary>
/// <param name="Slot">Where it lies in the machine; the key of the stock.</param>
/// <param name="Product">The product's id; null for goods the catalogue does not list.</param>
/// <param name="Name">The product's name at the time.</param>
/// <param name="Quantity">Pieces, at least 1.</param>
/// <param name="UnitPrice">Minor units of the vend's currency, tax included.</param>
/// <param name="TaxBasisPoints">Tax rate in hundredths of a percent.</param>
public sealed record VendLine(
    string Slot, Guid? Product, string Name, int Quantity, long UnitPrice, int TaxBasisPoints)
{
    /// <summary>The product's category at the time, which limits of chips count by; null where nobody knows.</summary>
    public string? Category { get; init; }

    /// <summary>Price of the line, tax included, in minor units.</summary>
    public long Total => UnitPrice * Quantity;

    /// <summary>The tax in the line.</summary>
    public TaxRate Rate => new(TaxBasisPoints);
}
