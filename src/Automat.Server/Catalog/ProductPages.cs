using System.Globalization;
using System.Linq.Expressions;
using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Chips;
using Automat.Domain.Prices;
using Automat.Server.Catalog.Pictures;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Catalog;

/// <summary>The range: its list, one product, and what is done to several at once.</summary>
internal sealed class ProductPages(AutomatDb db, Products products, TimeProvider clock)
{
    public const string Address = "/panel/products";

    private static readonly string[] Sorts = ["number", "name", "category", "price"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", (HttpContext context, ProductPages own, CancellationToken ct) => own.ListAsync(context, ct))
            .RequirePermission(Permission.CatalogRead);
        pages.MapGet("/new", async (HttpContext context, ProductPages own, CancellationToken ct) =>
            Pages.Show<ProductPage>(await own.ViewAsync(context, null, new ProductForm { Tax = "19" }, ct))).RequirePermission(Permission.CatalogWrite);
        pages.MapForm("/new", (HttpContext context, ProductPages own, CancellationToken ct) => own.SaveAsync(context, null, ct))
            .WithMetadata(new RequestSizeLimitAttribute(TakePicture.LargestFile + 100_000)).RequirePermission(Permission.CatalogWrite);
        pages.MapGet("/{number:int}", async (int number, HttpContext context, ProductPages own, CancellationToken ct) =>
            Pages.Show<ProductPage>(await own.ViewAsync(context, number, null, ct))).RequirePermission(Permission.CatalogRead);
        pages.MapForm("/{number:int}", (int number, HttpContext context, ProductPages own, CancellationToken ct) => own.SaveAsync(context, number, ct))
            .WithMetadata(new RequestSizeLimitAttribute(TakePicture.LargestFile + 100_000)).RequirePermission(Permission.CatalogWrite);
        pages.MapForm("/{number:int}/archive", (int number, HttpContext context, ProductPages own, CancellationToken ct) =>
            own.ArchiveAsync(context, number, ct)).RequirePermission(Permission.CatalogWrite);
        pages.MapForm("/bulk", (HttpContext context, ProductPages own, CancellationToken ct) => own.ChangeAllAsync(context, ct))
            .RequirePermission(Permission.CatalogWrite);
    }

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken ct)
    {
        var view = ListView.From(context.Request, Sorts, "name");
        if (view.Format == "csv") return ExportProducts.Of(db, await CurrencyAsync(context.User, ct), Sorted(view, Query(context.User, view)));
        var page = await Sorted(view, Query(context.User, view)).PageAsync(view, ct);
        return Pages.Show<ProductsPage>(await ListViewAsync(context, page, ct) with
        {
            Done = context.Request.Query["done"].ToString() switch { "changed" => "Products.Changed", _ => null },
            Count = int.TryParse(context.Request.Query["n"], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : 0,
        });
    }

    private async Task<ProductsView> ListViewAsync(HttpContext context, ListPage<Product> page, CancellationToken ct)
    {
        var currency = (await CurrencyAsync(context.User, ct)).Code;
        return new ProductsView(
            page.Map(p => new ProductRow(
                p.Number, p.Name, p.Category, p.Picture, new Amount(p.Price, currency), p.Cost is { } cost ? new Amount(cost, currency) : null,
                p.TaxBasisPoints, p.Barcode, p.ArchivedAt is not null)
            {
                IsByWeight = p.IsByWeight,
            }),
            await CategoriesAsync(context.User, ct))
        {
            MayWrite = context.User.Allows(Permission.CatalogWrite),
        };
    }

    private IQueryable<Product> Query(ClaimsPrincipal caller, ListView view)
    {
        var organization = caller.OrganizationOf();
        var query = db.Set<Product>().AsNoTracking().Where(p => p.OrganizationId == organization);
        query = view["state"] switch
        {
            "archived" => query.Where(p => p.ArchivedAt != null),
            "all" => query,
            _ => query.Where(p => p.ArchivedAt == null),
        };
        if (view["category"] is { } category) query = query.Where(p => p.Category == category);
        if (view.Search is not { } text) return query;
        var pattern = Sql.LikeAnywhere(text);
        var number = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : -1;
        return query.Where(p => EF.Functions.ILike(p.Name, pattern, Sql.LikeEscape) || p.Number == number || p.Barcode == text);
    }

    private static IQueryable<Product> Sorted(ListView view, IQueryable<Product> query)
    {
        return view.Sort switch
        {
            "number" => By(p => p.Number),
            "price" => By(p => p.Price).ThenBy(p => p.Number),
            "category" => By(p => p.Category).ThenBy(p => p.Name).ThenBy(p => p.Number),
            _ => By(p => p.Name).ThenBy(p => p.Number),
        };

        IOrderedQueryable<Product> By<T>(Expression<Func<Product, T>> key) =>
            view.Descending ? query.OrderByDescending(key) : query.OrderBy(key);
    }

    private async Task<IResult> SaveAsync(HttpContext context, int? number, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        if (number is { } known) await products.FindAsync(organization, known, ct);
        var form = await context.Request.ReadFormAsync(ct);
        var typed = ProductForm.Of(form);
        var faults = new Dictionary<string, string>(StringComparer.Ordinal);
        var request = typed.ToRequest(await CurrencyAsync(context.User, ct), faults);
        if (faults.Count > 0) return await WrongAsync(context, number, typed, faults.Keys, ct);
        try
        {
            var file = form.Files.GetFile("picture") is { Length: > 0 } sent ? sent : null;
            await using var content = file?.OpenReadStream();
            var picture = content is null ? null : new Upload(content, file!.Length);
            var saved = number is { } one
                ? await products.ChangeAsync(organization, one, request, picture, ct)
                : await products.AddAsync(organization, request, ct, picture);
            return context.SeeOther($"{Address}/{saved.Number.ToString(CultureInfo.InvariantCulture)}?done={(number is null ? "added" : "saved")}");
        }
        catch (FieldsException wrong)
        {
            db.ChangeTracker.Clear();
            return await WrongAsync(context, number, typed, wrong.Errors.Keys, ct);
        }
    }

    private async Task<IResult> WrongAsync(
        HttpContext context, int? number, ProductForm typed, IEnumerable<string> fields, CancellationToken ct) =>
        Pages.Show<ProductPage>(
            await ViewAsync(context, number, typed, ct) with { Wrong = [.. fields], Done = null }, StatusCodes.Status422UnprocessableEntity);

    private async Task<IResult> ArchiveAsync(HttpContext context, int number, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var away = form["archived"] != "no";
        try
        {
            await products.ChangeAsync(context.User.OrganizationOf(), number, new ProductRequest(Archived: away), picture: null, ct);
        }
        catch (FieldsException)
        {
            // Another product has taken its bar code meanwhile.
            db.ChangeTracker.Clear();
            return await WrongAsync(
                context, number, ProductForm.Of(await products.FindAsync(context.User.OrganizationOf(), number, ct), await CurrencyAsync(context.User, ct)),
                ["barcode"], ct);
        }

        return context.SeeOther($"{Address}/{number.ToString(CultureInfo.InvariantCulture)}?done={(away ? "archived" : "restored")}");
    }

    private async Task<IResult> ChangeAllAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var numbers = form["number"].Select(n => int.TryParse(n, NumberStyles.None, CultureInfo.InvariantCulture, out var one) ? one : 0)
            .Where(n => n > 0).ToHashSet();
        var value = form["value"].ToString().Trim();
        var change = BulkChange.Of(form["what"].ToString(), value);
        if (numbers.Count > 0 && change is not null)
        {
            try
            {
                var count = await products.ChangeAllAsync(context.User.OrganizationOf(), numbers, change, ct);
                return context.SeeOther($"{Address}?done=changed&n={count.ToString(CultureInfo.InvariantCulture)}");
            }
            catch (Exception refused) when (refused is FieldsException or RuleException)
            {
                db.ChangeTracker.Clear();
            }
        }

        var view = ListView.From(context.Request, Sorts, "name") with { Path = Address };
        var page = await Sorted(view, Query(context.User, view)).PageAsync(view, ct);
        return Pages.Show<ProductsPage>(
            await ListViewAsync(context, page, ct) with { Error = numbers.Count == 0 ? "Bulk.None" : "Bulk.Wrong" },
            StatusCodes.Status422UnprocessableEntity);
    }

    private async Task<OneProductView> ViewAsync(HttpContext context, int? number, ProductForm? typed, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var currency = await CurrencyAsync(context.User, ct);
        var product = number is { } known ? await products.FindAsync(organization, known, ct) : null;
        var view = new OneProductView(number, typed ?? ProductForm.Of(product!, currency), currency.Code, await CategoriesAsync(context.User, ct))
        {
            MayWrite = context.User.Allows(Permission.CatalogWrite),
            Done = context.Request.Query["done"].ToString() switch
            {
                "added" => "Product.Added",
                "saved" => "Product.Saved",
                "archived" => "Product.Archived",
                "restored" => "Product.Restored",
                _ => null,
            },
        };
        if (product is null) return view;
        var now = clock.GetUtcNow();
        var others = await (from entry in db.Set<PriceEntry>().AsNoTracking()
                            join list in db.Set<PriceList>().AsNoTracking() on entry.PriceListId equals list.Id
                            where entry.ProductId == product.Id
                            orderby list.CreatedAt descending
                            select new { list, entry.Price }).Take(20).ToListAsync(ct);
        return view with
        {
            Picture = product.Picture,
            Archived = product.ArchivedAt is not null,
            IsByWeight = product.IsByWeight,
            Margin = MarginOf(product),
            OtherPrices = [.. others.Select(o => new OtherPrice(
                o.list.Id.Value, o.list.Name, new Amount(o.Price, currency.Code),
                PriceRules.Holds(o.list, LocalTime.At(now, context.Zone() ?? TimeZoneInfo.Utc))))],
        };
    }

    private static decimal? MarginOf(Product product)
    {
        if (product.Cost is not { } cost) return null;
        var net = product.Price * 10_000m / (10_000 + product.TaxBasisPoints);
        return Math.Round((net - cost) * 100 / net, 1);
    }

    private Task<Currency> CurrencyAsync(ClaimsPrincipal caller, CancellationToken ct)
    {
        var organization = caller.OrganizationOf();
        return db.Set<Organization>().Where(o => o.Id == organization).Select(o => o.Currency).SingleAsync(ct);
    }

    private async Task<IReadOnlyList<string>> CategoriesAsync(ClaimsPrincipal caller, CancellationToken ct)
    {
        var organization = caller.OrganizationOf();
        return await db.Set<Category>().AsNoTracking().Where(c => c.OrganizationId == organization && c.ArchivedAt == null)
            .OrderBy(c => c.Name).Take(Categories.Most).Select(c => c.Name).ToListAsync(ct);
    }
}
