using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Catalog;

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

/// <summary>The catalogue's front door.</summary>
public static class CatalogModule
{
    /// <summary>Adds the catalogue.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services) =>
        services.AddSingleton<ITables, CatalogTables>().AddScoped<Products>().AddScoped<WeighProduct>();

    /// <summary>Maps what staff do with products.</summary>
    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        var products = routes.MapGroup("/api/v1/products").DisableAntiforgery().WithTags("Catalog");
        Products.Map(products);
        WeighProduct.Map(products);
    }
}
