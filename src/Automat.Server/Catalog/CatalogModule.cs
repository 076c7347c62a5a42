using Automat.Server.Data;

namespace Automat.Server.Catalog;

/// <summary>The catalogue's front door.</summary>
public static class CatalogModule
{
    /// <summary>Adds the catalogue.</summary>
    public static IServiceCollection AddCatalog(this IServiceCollection services) =>
        services.AddSingleton<ITables, CatalogTables>().AddScoped<WeighProduct>();

    /// <summary>Maps what staff say about products.</summary>
    public static void MapCatalog(this IEndpointRouteBuilder routes) =>
        WeighProduct.Map(routes.MapGroup("/api/v1/products").DisableAntiforgery().WithTags("Products"));
}
