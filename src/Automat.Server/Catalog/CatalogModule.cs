using Automat.Domain;
using Automat.Server.Catalog.Pictures;
using Automat.Server.Data;
using Automat.Server.Jobs;
using Automat.Server.Panel;

namespace Automat.Server.Catalog;

/// <summary>The catalogue's front door.</summary>
public static class CatalogModule
{
    /// <summary>Adds the catalogue.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services) => services
        .AddSingleton<ITables, CatalogTables>()
        .AddSingleton<PriceBook>()
        .AddScoped<TakePicture>()
        .AddScoped<Products>()
        .AddScoped<WeighProduct>()
        .AddScoped<Categories>()
        .AddScoped<PriceLists>()
        .AddScoped<ImportProducts>()
        .AddScoped<ProductPages>()
        .AddScoped<CategoryPages>()
        .AddScoped<PricePages>()
        .AddScoped<ImportPages>()
        .AddJobWork<ImportWork>()
        .AddScoped<IPanelSearch, FindProducts>();

    /// <summary>A shelf an organisation begins with.</summary>
    public static object NewCategory(Id<Organization> organization, string name, DateTimeOffset now) =>
        new Category { Id = Id<Category>.New(now), OrganizationId = organization, Name = name };

    /// <summary>Maps what staff do with products.</summary>
    public static void MapCatalog(this IEndpointRouteBuilder routes)
    {
        var products = routes.MapGroup("/api/v1/products").DisableAntiforgery().WithTags("Catalog");
        Products.Map(products);
        WeighProduct.Map(products);
        Categories.Map(routes.MapGroup("/api/v1/categories").DisableAntiforgery().WithTags("Catalog"));
        PriceLists.Map(routes.MapGroup("/api/v1/price-lists").DisableAntiforgery().WithTags("Catalog"));
        ShowPicture.Map(routes);
        ProductPages.Map(routes);
        ImportPages.Map(routes);
        CategoryPages.Map(routes);
        PricePages.Map(routes);
    }
}
