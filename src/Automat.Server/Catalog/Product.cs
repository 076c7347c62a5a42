using Automat.Domain;

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

    /// <summary>Usual price in minor units of the organisation's currency, tax included; a slot may ask another.</summary>
    public required long Price { get; init; }

    /// <summary>Tax rate in hundredths of a percent.</summary>
    public required int TaxBasisPoints { get; init; }

    /// <summary>What one piece weighs, in milligrams, packaging included; null when nobody has weighed it.</summary>
    public long? Weight { get; init; }

    /// <summary>How far one piece may be off that weight, in milligrams.</summary>
    public long WeightTolerance { get; init; } = 5_000;
}
