using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Goods;
using Automat.Server.Audit;
using Automat.Server.Catalog.Pictures;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.EntityFrameworkCore;
using Microsoft.OpenApi;
using Npgsql;

namespace Automat.Server.Catalog;

/// <summary>What staff do with the catalogue.</summary>
internal sealed class Products(AutomatDb db, TakePicture pictures, TimeProvider clock)
{
    /// <summary>So many products are changed at once at most.</summary>
    public const int MostAtOnce = 500;

    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder products)
    {
        products.MapGet("", async (int? cursor, int? limit, Products all, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(await all.PageAsync(caller.OrganizationOf(), cursor, limit, ct)))
            .RequirePermission(Permission.CatalogRead)
            .WithName("ListProducts").WithSummary("List products");
        products.MapPost("", async (ProductRequest request, Products all, ClaimsPrincipal caller, CancellationToken ct) =>
            {
                var added = ProductAnswer.Of(await all.AddAsync(caller.OrganizationOf(), request, ct));
                return TypedResults.Created($"/api/v1/products?cursor={added.Number - 1}&limit=1", added);
            })
            .RequirePermission(Permission.CatalogWrite)
            .WithName("NewProduct").WithSummary("Add a product");
        products.MapPatch("/{number:int}", async (
                int number, ProductRequest request, Products all, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(ProductAnswer.Of(await all.ChangeAsync(caller.OrganizationOf(), number, request, picture: null, ct))))
            .RequirePermission(Permission.CatalogWrite)
            .WithName("ChangeProduct").WithSummary("Change a product: its name, category, usual price, tax or age limit; take it out of the range");
        products.MapPut("/{number:int}/picture", PutPictureAsync)
            // Said to readers of the description only: who may not do this is told so, whatever the content.
            .AddOpenApiOperationTransformer((operation, _, _) =>
            {
                operation.RequestBody = new OpenApiRequestBody
                {
                    Required = true,
                    Content = new Dictionary<string, OpenApiMediaType> { ["image/jpeg"] = new(), ["image/png"] = new() },
                };
                return Task.CompletedTask;
            })
            .RequirePermission(Permission.CatalogWrite).WithName("PutProductPicture").WithSummary("Give a product a picture: a JPEG or PNG");
    }

    /// <summary>The product of that number.</summary>
    /// <exception cref="RuleException"><c>product_unknown</c>.</exception>
    public async Task<Product> FindAsync(Id<Organization> organization, int number, CancellationToken ct) =>
        await db.Set<Product>().AsNoTracking().SingleOrDefaultAsync(p => p.OrganizationId == organization && p.Number == number, ct)
        ?? throw Unknown(number);

    /// <summary>Adds a product.</summary>
    /// <exception cref="FieldsException"><c>product_invalid</c>.</exception>
    public async Task<Product> AddAsync(Id<Organization> organization, ProductRequest request, CancellationToken ct, Upload? picture = null)
    {
        var faults = request.Faults();
        if (request.Name is null) faults["name"] = "A product has a name.";
        if (request.Price is null) faults["price"] = "A product has a price.";
        FieldsException.ThrowIfAny("product_invalid", faults);
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var product = await NewAsync(organization, request, ct);
        if (picture is not null)
        {
            var address = await pictures.RunAsync(organization, picture.Content, picture.Length, ct);
            db.Entry(product).Property(p => p.Picture).CurrentValue = address;
        }

        await SaveAsync(ct);
        await transaction.CommitAsync(ct);
        return product;
    }

    /// <summary>Changes a product.</summary>
    /// <exception cref="FieldsException"><c>product_invalid</c>, <c>picture_invalid</c>.</exception>
    /// <exception cref="RuleException"><c>product_unknown</c>.</exception>
    public async Task<Product> ChangeAsync(
        Id<Organization> organization, int number, ProductRequest request, Upload? picture, CancellationToken ct)
    {
        request.RequireSound();
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var product = await db.Set<Product>().SingleOrDefaultAsync(p => p.OrganizationId == organization && p.Number == number, ct)
            ?? throw Unknown(number);
        await ApplyAsync(product, request, ct);
        if (picture is not null)
        {
            var address = await pictures.RunAsync(organization, picture.Content, picture.Length, ct);
            db.Entry(product).Property(p => p.Picture).CurrentValue = address;
        }

        if (db.ChangeTracker.HasChanges())
        {
            db.Note(organization, request.Archived is true ? "product.archived" : "product.changed", "product", product.Id.ToString());
            await SaveAsync(ct);
        }

        await transaction.CommitAsync(ct);
        return product;
    }

    /// <summary>Changes several products alike; all of them, or none.</summary>
    /// <returns>How many were changed.</returns>
    /// <exception cref="FieldsException"><c>product_invalid</c>.</exception>
    public async Task<int> ChangeAllAsync(
        Id<Organization> organization, IReadOnlyCollection<int> numbers, Func<Product, ProductRequest> change, CancellationToken ct)
    {
        if (numbers.Count > MostAtOnce) throw new RuleException("rows_too_many", $"At most {MostAtOnce} products at once.");
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        var found = await db.Set<Product>().Where(p => p.OrganizationId == organization && numbers.Contains(p.Number)).ToListAsync(ct);
        foreach (var product in found)
        {
            var request = change(product);
            request.RequireSound();
            await ApplyAsync(product, request, ct);
        }

        var changed = db.ChangeTracker.Entries<Product>().Count(e => e.State is EntityState.Modified);
        if (changed > 0) await SaveAsync(ct);
        await transaction.CommitAsync(ct);
        return changed;
    }

    /// <summary>Adds a product to the caller's transaction, which saves it.</summary>
    internal async Task<Product> NewAsync(Id<Organization> organization, ProductRequest request, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var currency = await db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
        var price = new Money(request.Price!.Value, currency);
        var added = request.Category is { } category
            ? await AddProduct.AddAsync(db, organization, request.Name, price, now, ct, category.Trim())
            : await AddProduct.AddAsync(db, organization, request.Name, price, now, ct);
        db.Entry(added).Property(p => p.Measure).CurrentValue = Measures.Of(request.Measure) ?? Measure.Piece;
        await ApplyAsync(added, request, ct);
        db.Note(organization, "product.added", "product", added.Id.ToString());
        return added;
    }

    /// <summary>Changes a product the caller has loaded and saves.</summary>
    /// <exception cref="FieldsException"><c>product_invalid</c>.</exception>
    internal async Task ApplyAsync(Product product, ProductRequest request, CancellationToken ct)
    {
        FieldsException.ThrowIfAny("product_invalid", request.FaultsFor(product));
        var changed = request.Apply(product, clock.GetUtcNow());
        if (changed.Category != product.Category)
        {
            await db.EnsureCategoryAsync(product.OrganizationId, changed.Category, clock.GetUtcNow(), ct);
        }

        db.Entry(product).CurrentValues.SetValues(changed);
    }

    /// <summary>Saves; that a bar code names one product of the range, an index says.</summary>
    /// <exception cref="FieldsException"><c>product_invalid</c>.</exception>
    internal async Task SaveAsync(CancellationToken ct)
    {
        try
        {
            await db.SaveChangesAsync(ct);
        }
        catch (DbUpdateException taken) when (taken.InnerException is PostgresException { ConstraintName: "ux_products_barcode" })
        {
            throw new FieldsException(
                "product_invalid", new Dictionary<string, string>(StringComparer.Ordinal) { ["barcode"] = "Another product of the range has this bar code." });
        }
    }

    private async Task<ProductList> PageAsync(Id<Organization> organization, int? cursor, int? limit, CancellationToken ct)
    {
        var size = PageSize.Of(limit, Most);
        var page = await db.Set<Product>().AsNoTracking()
            .Where(p => p.OrganizationId == organization && p.Number > (cursor ?? 0))
            .OrderBy(p => p.Number).Take(size + 1).ToListAsync(ct);
        return new ProductList(
            [.. page.Take(size).Select(ProductAnswer.Of)], page.Count > size ? page[size - 1].Number : null);
    }

    private static async Task<IResult> PutPictureAsync(
        int number, HttpContext http, Products all, ClaimsPrincipal caller, CancellationToken ct)
    {
        var organization = caller.OrganizationOf();
        await all.FindAsync(organization, number, ct);
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit) limit.MaxRequestBodySize = TakePicture.LargestFile + 1;
        using var file = new MemoryStream();
        await http.Request.Body.CopyToAsync(file, ct);
        file.Position = 0;
        return TypedResults.Ok(ProductAnswer.Of(
            await all.ChangeAsync(organization, number, new ProductRequest(), new Upload(file, file.Length), ct)));
    }

    private static RuleException Unknown(int number) => new("product_unknown", $"There is no product {number}.");
}

/// <summary>A file on its way in.</summary>
internal sealed record Upload(Stream Content, long Length);
