using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Catalog;

/// <summary>Adds a product to the catalogue, under the next free number of its organisation.</summary>
public static class AddProduct
{
    /// <summary>The picture of a product nobody has drawn.</summary>
    public const string DefaultPicture = "/images/default.jpg";

    private const string NewCategory = "New";

    /// <summary>Adds it to the caller's transaction, which has to be open: the number is free until it ends.</summary>
    /// <exception cref="RuleException"><c>name_invalid</c>; <c>price_invalid</c>.</exception>
    public static async Task<Product> AddAsync(
        AutomatDb db, Id<Organization> organization, string? name, Money price, DateTimeOffset now, CancellationToken ct,
        string category = NewCategory)
    {
        if (name?.Trim() is not { Length: > 0 and <= 100 } plain || plain.Any(char.IsControl))
            throw new RuleException("name_invalid", "A product has a name of at most 100 characters.");
        if (price.Amount is <= 0 or > 100_000_000) throw new RuleException("price_invalid", "A price is more than nothing, and not absurd.");
        await db.LockCatalogAsync(organization, ct);
        var number = 1 + Math.Max(
            await db.Set<Product>().Where(p => p.OrganizationId == organization).MaxAsync(p => (int?)p.Number, ct) ?? 0,
            // Those the same save brings, too.
            db.Set<Product>().Local.Where(p => p.OrganizationId == organization).Select(p => p.Number).DefaultIfEmpty().Max());
        await db.EnsureCategoryAsync(organization, category, now, ct);
        var product = new Product
        {
            Id = Id<Product>.New(now),
            OrganizationId = organization,
            Number = number,
            Name = plain,
            Category = category,
            Picture = DefaultPicture,
            Price = price.Amount,
            TaxBasisPoints = 1900,
        };
        db.Add(product);
        return product;
    }
}
