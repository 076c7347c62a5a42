using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

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

internal sealed class CatalogTables : ITables
{
    public void Map(ModelBuilder model) => model.Entity<Product>(product =>
    {
        product.ToTable("products", t => t.HasCheckConstraint("ck_products_age_limit", "age_limit between 1 and 99"));
        product.ToTable(t => t.HasCheckConstraint(
            "ck_products_weight", "weight between 1 and 100000000 and weight_tolerance between 0 and 10000000"));
        product.IsAudited("product");
        product.HasKey(p => p.Id);
        product.Property(p => p.Id).IsId();
        product.Property(p => p.OrganizationId).IsId();
        product.Property(p => p.Name).HasMaxLength(100).MayBeShown("goods");
        product.Property(p => p.Category).HasMaxLength(60);
        product.Property(p => p.Picture).HasMaxLength(300);
        product.Property(p => p.WeightTolerance).HasDefaultValue(5_000L);
        product.HasIndex(p => new { p.OrganizationId, p.Number }).IsUnique(); // the number names one product
    });
}
