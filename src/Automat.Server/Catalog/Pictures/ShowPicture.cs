using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Catalog.Pictures;

/// <summary>Serves the picture of a product. Its address names its content, so a browser keeps it for good.</summary>
internal static class ShowPicture
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapGet("/pictures/{name}", async (
        string name, IServiceScopeFactory scopes, HttpContext context, CancellationToken ct) =>
    {
        var hash = name.Split('.')[0];
        if (hash.Length != 64 || !hash.All(char.IsAsciiHexDigitLower)) return Results.NotFound();
        // Customers see the windows of everybody's machines, and have no organisation.
        await using var scope = scopes.CreateScopeAcross("pictures stand in public");
        var found = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<ProductPicture>().AsNoTracking()
            .Where(p => p.Hash == hash).Select(p => new { p.Content, p.ContentType }).FirstOrDefaultAsync(ct);
        if (found is null) return Results.NotFound();
        context.Response.Headers.CacheControl = "public, max-age=31536000, immutable";
        return Results.Bytes(found.Content, found.ContentType);
    }).IsPublic("pictures of what is sold").ExcludeFromDescription();
}
