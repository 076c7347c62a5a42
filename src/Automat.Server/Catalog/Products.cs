using System.Security.Claims;
using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Catalog;

/// <summary>What is to be different about a product; what is absent stays.</summary>
/// <param name="Name">At most 100 characters.</param>
/// <param name="Category">Shelf it stands on; chips can be locked out of one.</param>
/// <param name="Price">Usual price in minor units of the organisation's currency, tax included. Slots keep theirs.</param>
/// <param name="TaxBasisPoints">Tax rate in hundredths of a percent.</param>
/// <param name="AgeLimit">Years of age somebody must be to buy it; 0 for none.</param>
internal sealed record ProductRequest(
    string? Name = null, string? Category = null, long? Price = null, int? TaxBasisPoints = null, int? AgeLimit = null);

/// <summary>A product as staff see it.</summary>
/// <param name="Number">What it is called by; unique in the organisation.</param>
/// <param name="Name">Name on pages and receipts.</param>
/// <param name="Category">Shelf it stands on.</param>
/// <param name="Price">Usual price in minor units, tax included.</param>
/// <param name="TaxBasisPoints">Tax rate in hundredths of a percent.</param>
/// <param name="AgeLimit">Years of age somebody must be to buy it; null for none.</param>
/// <param name="Picture">Path of its picture.</param>
internal sealed record ProductAnswer(
    int Number, string Name, string Category, long Price, int TaxBasisPoints, int? AgeLimit, string Picture)
{
    public static ProductAnswer Of(Product product) => new(
        product.Number, product.Name, product.Category, product.Price, product.TaxBasisPoints, product.AgeLimit, product.Picture);
}

/// <summary>A page of products.</summary>
/// <param name="Items">By number.</param>
/// <param name="NextCursor">What to ask for next; null at the end.</param>
internal sealed record ProductPage(IReadOnlyList<ProductAnswer> Items, int? NextCursor);

/// <summary>What staff do with the catalogue.</summary>
internal sealed class Products(AutomatDb db, TimeProvider clock)
{
    private const int Most = 200;
    private const long HighestPrice = 100_000_000;

    public static void Map(IEndpointRouteBuilder products)
    {
        products.MapGet("", async (int? cursor, int? limit, Products all, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(await all.PageAsync(caller.OrganizationOf(), cursor, limit, ct)))
            .RequirePermission(Permission.CatalogRead)
            .WithName("ListProducts").WithSummary("List products");
        products.MapPost("", async (ProductRequest request, Products all, ClaimsPrincipal caller, CancellationToken ct) =>
            {
                var added = await all.AddAsync(caller.OrganizationOf(), request, ct);
                return TypedResults.Created($"/api/v1/products?cursor={added.Number - 1}&limit=1", added);
            })
            .RequirePermission(Permission.CatalogWrite)
            .WithName("NewProduct").WithSummary("Add a product");
        products.MapPatch("/{number:int}", async (
                int number, ProductRequest request, Products all, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(await all.ChangeAsync(caller.OrganizationOf(), number, request, ct)))
            .RequirePermission(Permission.CatalogWrite)
            .WithName("ChangeProduct").WithSummary("Change a product: its name, category, usual price, tax or age limit");
    }

    private async Task<ProductPage> PageAsync(Id<Organization> organization, int? cursor, int? limit, CancellationToken ct)
    {
        var size = PageSize.Of(limit, Most);
        var page = await db.Set<Product>().AsNoTracking()
            .Where(p => p.OrganizationId == organization && p.Number > (cursor ?? 0))
            .OrderBy(p => p.Number).Take(size + 1).ToListAsync(ct);
        return new ProductPage(
            [.. page.Take(size).Select(ProductAnswer.Of)], page.Count > size ? page[size - 1].Number : null);
    }

    private async Task<ProductAnswer> AddAsync(Id<Organization> organization, ProductRequest request, CancellationToken ct)
    {
        var faults = FaultsIn(request);
        if (request.Name is null) faults["name"] = "A product has a name.";
        if (request.Price is null) faults["price"] = "A product has a price.";
        FieldsException.ThrowIfAny("product_invalid", faults);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var currency = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
        var added = await AddProduct.AddAsync(
            db, organization, request.Name, new Money(request.Price!.Value, currency), clock.GetUtcNow(), ct);
        var product = Apply(added, request);
        db.Entry(added).CurrentValues.SetValues(product);
        db.Note(organization, "product.added", "product", product.Id.ToString());
        await db.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return ProductAnswer.Of(product);
    }

    private async Task<ProductAnswer> ChangeAsync(
        Id<Organization> organization, int number, ProductRequest request, CancellationToken ct)
    {
        FieldsException.ThrowIfAny("product_invalid", FaultsIn(request));
        var product = await db.Set<Product>().SingleOrDefaultAsync(p => p.OrganizationId == organization && p.Number == number, ct)
            ?? throw new RuleException("product_unknown", $"There is no product {number}.");
        db.Entry(product).CurrentValues.SetValues(Apply(product, request));
        if (db.ChangeTracker.HasChanges())
        {
            db.Note(organization, "product.changed", "product", product.Id.ToString());
            await db.SaveChangesAsync(ct);
        }

        return ProductAnswer.Of(product);
    }

    private static Product Apply(Product product, ProductRequest request) => product with
    {
        Name = request.Name?.Trim() ?? product.Name,
        Category = request.Category?.Trim() ?? product.Category,
        Price = request.Price ?? product.Price,
        TaxBasisPoints = request.TaxBasisPoints ?? product.TaxBasisPoints,
        AgeLimit = request.AgeLimit switch { null => product.AgeLimit, 0 => null, var years => years },
    };

    private static Dictionary<string, string> FaultsIn(ProductRequest request)
    {
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        Text("name", request.Name, 100);
        Text("category", request.Category, 60);
        if (request.Price is <= 0 or > HighestPrice) faults["price"] = $"Between 1 and {HighestPrice} minor units.";
        if (request.TaxBasisPoints is < 0 or > 10_000) faults["tax_basis_points"] = "Between 0 and 10000, which is 100 %.";
        if (request.AgeLimit is < 0 or > 99) faults["age_limit"] = "Years between 1 and 99; 0 for none.";
        return faults;

        void Text(string field, string? text, int most)
        {
            if (text is not null && (text.Trim().Length == 0 || text.Trim().Length > most || text.Any(char.IsControl)))
                faults[field] = $"Between 1 and {most} characters in one line.";
        }
    }
}
