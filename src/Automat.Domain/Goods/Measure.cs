namespace Automat.Domain.Goods;

/// <summary>What a product is counted in. It is said when the product is added and never changes: stock, prices and sales are in it.</summary>
public enum Measure
{
    /// <summary>Whole pieces; the price is that of one.</summary>
    Piece,

    /// <summary>Whole grams; the price is that of a kilogram.</summary>
    Weight,
}
