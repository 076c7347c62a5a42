using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Catalog;

/// <summary>What one piece of a product weighs; fridges with scales hold baskets against it.</summary>
/// <param name="Grams">Grams of one piece, packaging included, up to three decimals; null when nobody knows.</param>
/// <param name="ToleranceGrams">How far one piece may be off, in grams; 5 when absent.</param>
internal sealed record WeighProductRequest(decimal? Grams, decimal? ToleranceGrams);

/// <summary>Notes what a product weighs.</summary>
internal sealed class WeighProduct(AutomatDb db)
{
    private const decimal MostGrams = 100_000;

    private const decimal MostTolerance = 10_000;

    /// <summary>Notes it.</summary>
    /// <exception cref="RuleException"><c>product_unknown</c>.</exception>
    /// <exception cref="FieldsException"><c>weight_invalid</c>.</exception>
    public async Task<WeighProductRequest> RunAsync(
        ClaimsPrincipal caller, int number, WeighProductRequest request, CancellationToken ct)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        if (request.Grams is { } grams && !IsWeight(grams, least: 0.001m, MostGrams))
        {
            faults["grams"] = $"A piece weighs 0.001 to {MostGrams} grams, with at most three decimals.";
        }

        if (request.ToleranceGrams is { } off && !IsWeight(off, least: 0, MostTolerance))
        {
            faults["tolerance_grams"] = $"A tolerance is 0 to {MostTolerance} grams, with at most three decimals.";
        }

        FieldsException.ThrowIfAny("weight_invalid", faults);
        var organization = caller.OrganizationOf();
        var product = await db.Set<Product>().SingleOrDefaultAsync(p => p.OrganizationId == organization && p.Number == number, ct)
            ?? throw new RuleException("product_unknown", $"There is no product {number}.");
        var tolerance = request.ToleranceGrams ?? 5m;
        var entry = db.Entry(product);
        entry.Property(p => p.Weight).CurrentValue = request.Grams is { } given ? (long)(given * 1_000) : null;
        entry.Property(p => p.WeightTolerance).CurrentValue = (long)(tolerance * 1_000);
        db.Note(organization, "product.weighed", "product", product.Id.ToString());
        await db.SaveChangesAsync(ct);
        return new WeighProductRequest(request.Grams, tolerance);
    }

    internal static void Map(IEndpointRouteBuilder products) => products
        .MapPut("/{product:int}/weight", async (
            int product, WeighProductRequest request, WeighProduct weigh, ClaimsPrincipal caller, CancellationToken ct) =>
            TypedResults.Ok(await weigh.RunAsync(caller, product, request, ct)))
        .RequirePermission(Permission.CatalogWrite)
        .WithName(nameof(WeighProduct)).WithSummary("Say what one piece of a product weighs");

    private static bool IsWeight(decimal grams, decimal least, decimal most) =>
        grams >= least && grams <= most && decimal.Round(grams, 3) == grams;
}
