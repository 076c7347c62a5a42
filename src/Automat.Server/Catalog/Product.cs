using Automat.Domain;
using Automat.Domain.Goods;

namespace Automat.Server.Catalog;

/// <summary>Something that is sold.</summary>
public sealed record Product
{
    /// <summary>Identity.</summary>
    public required Id<Product> Id { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>A small number, unique in the organisation: what existing clients know a product by.</summary>
    public required int Number { get; init; }

    /// <summary>Name on pages and receipts.</summary>
    public required string Name { get; init; }

    /// <summary>Shelf it stands on.</summary>
    public required string Category { get; init; }

    /// <summary>Years of age somebody must be to buy it; null for none. A chip needs a proof of age for it.</summary>
    public int? AgeLimit { get; init; }

    /// <summary>Path of its picture on this server.</summary>
    public required string Picture { get; init; }

    /// <summary>What it is counted in. It never changes.</summary>
    public Measure Measure { get; init; }

    /// <summary>Whether it is sold by weight: stock and orders are grams, prices are those of a kilogram.</summary>
    public bool IsByWeight => Measure is Measure.Weight;

    /// <summary>Of goods by weight, the least of an order in grams; null for no least.</summary>
    public int? LeastQuantity { get; init; }

    /// <summary>Of goods by weight, the most of an order in grams; null for no other limit than everybody's.</summary>
    public int? MostQuantity { get; init; }

    /// <summary>Of goods by weight, the grams orders are multiples of; null where any weight will do.</summary>
    public int? QuantityStep { get; init; }

    /// <summary>How much of it an order may take, where it is sold by weight.</summary>
    public WeightTerms Terms => new(LeastQuantity, MostQuantity, QuantityStep);

    /// <summary>Usual price in minor units of the organisation's currency, tax included; a slot may ask another.</summary>
    public required long Price { get; init; }

    /// <summary>Tax rate in hundredths of a percent.</summary>
    public required int TaxBasisPoints { get; init; }

    /// <summary>What one piece weighs, in milligrams, packaging included; null when nobody has weighed it.</summary>
    public long? Weight { get; init; }

    /// <summary>How far one piece may be off that weight, in milligrams.</summary>
    public long WeightTolerance { get; init; } = 5_000;

    /// <summary>More about it, for customers; null for nothing.</summary>
    public string? Description { get; init; }

    /// <summary>The number below its bar code, checked (<see cref="Automat.Domain.Goods.Gtin"/>); null where it has none.</summary>
    public string? Barcode { get; init; }

    /// <summary>What is in it that must be named, as <see cref="Automat.Domain.Goods.Allergens"/> writes it.</summary>
    public string Allergens { get; init; } = "";

    /// <summary>What one piece costs to buy, or one kilogram, in minor units without tax; null where nobody has said.</summary>
    public long? Cost { get; init; }

    /// <summary>When it was taken out of the range; null while it is in it. It is never deleted: sales name it.</summary>
    public DateTimeOffset? ArchivedAt { get; init; }
}
