using System.Globalization;
using System.Linq.Expressions;
using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Goods;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Stock;

/// <summary>What lies in warehouses and vans, and how it is moved.</summary>
internal sealed class StockPages(AutomatDb db, MoveStock move, IStringLocalizer<Texts> texts, TimeProvider clock)
{
    private const string Address = "/panel/stock";

    private static readonly string[] Sorts = ["product", "place", "quantity", "expires"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", (HttpContext context, StockPages own, CancellationToken ct) => own.ListAsync(context, ct)).RequirePermission(Permission.CatalogRead);
        pages.MapForm("/move", (HttpContext context, StockPages own, CancellationToken ct) => own.MoveAsync(context, ct)).RequirePermission(Permission.CatalogWrite);
    }

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken ct)
    {
        var view = ListView.From(context.Request, Sorts, "product");
        if (view.Format == "csv") return TableCsv.Result("stock", view, CsvColumns(), (await RowsAsync(context.User, view with { Size = TableCsv.MostRows, Page = 1 }, ct)).Items);
        return Pages.Show<StockPage>(await ViewAsync(context, view, ct) with { Done = context.Request.Query["done"] == "moved" ? "Stock.Moved" : null });
    }

    private async Task<StockView> ViewAsync(HttpContext context, ListView view, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        return new StockView(await RowsAsync(context.User, view, ct), await db.PlaceChoicesAsync(organization, ct))
        {
            Products = await db.ProductChoicesAsync(organization, ct),
            MayWrite = context.User.Allows(Permission.CatalogWrite),
        };
    }

    private async Task<ListPage<StockRow>> RowsAsync(ClaimsPrincipal caller, ListView view, CancellationToken ct)
    {
        var organization = caller.OrganizationOf();
        var today = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime);
        var query = from batch in db.Set<StockBatch>().AsNoTracking()
                    join product in db.Set<Product>().AsNoTracking() on batch.ProductId equals product.Id
                    join place in db.Set<StockPlace>().AsNoTracking() on batch.PlaceId equals place.Id
                    where batch.OrganizationId == organization
                    select new Held { Batch = batch, Product = product, Place = place };
        if (Guid.TryParse(view["place"], out var id))
        {
            var wanted = new Id<StockPlace>(id);
            query = query.Where(h => h.Place.Id == wanted);
        }

        if (view["expires"] == "soon")
        {
            var soon = today.AddDays(14);
            query = query.Where(h => h.Batch.ExpiresOn <= soon);
        }

        if (view.Search is { } text)
        {
            var pattern = Sql.LikeAnywhere(text);
            query = query.Where(h => EF.Functions.ILike(h.Product.Name, pattern, Sql.LikeEscape) || h.Product.Barcode == text);
        }

        var sorted = view.Sort switch
        {
            "place" => By(h => h.Place.Name).ThenBy(h => h.Product.Name),
            "quantity" => By(h => h.Batch.Quantity).ThenBy(h => h.Product.Name),
            "expires" => By(h => h.Batch.ExpiresOn).ThenBy(h => h.Product.Name),
            _ => By(h => h.Product.Name).ThenBy(h => h.Batch.ExpiresOn),
        };
        return (await sorted.ThenBy(h => h.Batch.Id).PageAsync(view, ct)).Map(h => new StockRow(
            h.Place.Name, h.Product.Number, h.Product.Name, h.Product.Picture, new Quantity(h.Batch.Quantity, h.Product.IsByWeight), h.Batch.ExpiresOn, h.Batch.ExpiresOn < today));

        IOrderedQueryable<Held> By<T>(Expression<Func<Held, T>> key) => view.Descending ? query.OrderByDescending(key) : query.OrderBy(key);
    }

    private async Task<IResult> MoveAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var typed = new MoveForm
        {
            Kind = form["kind"].ToString(),
            Place = form["place"].ToString(),
            Product = form["product"].ToString(),
            Quantity = form["quantity"].ToString(),
            ExpiresOn = form["expires_on"].ToString(),
            To = form["to"].ToString(),
            Note = form["note"].ToString(),
        };
        var number = Choices.PiecesOf(typed.Product);
        var organization = context.User.OrganizationOf();
        var byWeight = await db.Set<Product>().AnyAsync(p => p.OrganizationId == organization && p.Number == number && p.Measure == Measure.Weight, ct);
        try
        {
            await move.RunAsync(
                organization,
                new MoveStockRequest(
                    typed.Kind, Guid.TryParse(typed.Place, out var place) ? place : null, number, Quantity.Read(typed.Quantity, byWeight),
                    DateOnly.TryParseExact(typed.ExpiresOn, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null,
                    typed.Kind == "transfer" && Guid.TryParse(typed.To, out var to) ? to : null, typed.Note,
                    Guid.TryParse(form["key"], out var key) ? key : null), ct);
            return context.SeeOther($"{Address}?done=moved");
        }
        catch (FieldsException wrong)
        {
            return await WrongAsync("Stock.Wrong", wrong.Errors.Keys);
        }
        catch (RuleException refused) when (refused.Code is "stock_short" or "place_unknown" or "place_archived" or "product_unknown")
        {
            return await WrongAsync(refused.Code == "stock_short" ? "Stock.Short" : "Stock.Wrong", refused.Code == "stock_short" ? ["quantity"] : []);
        }

        async Task<IResult> WrongAsync(string error, IEnumerable<string> fields)
        {
            db.ChangeTracker.Clear();
            var view = ListView.From(context.Request, Sorts, "product") with { Path = Address };
            return Pages.Show<StockPage>(
                await ViewAsync(context, view, ct) with { Form = typed, Error = error, Wrong = [.. fields] }, StatusCodes.Status422UnprocessableEntity);
        }
    }

    private List<Column<StockRow>> CsvColumns() =>
    [
        new("product", texts["Field.Product"], row => row.Product),
        new("place", texts["Field.Place"], row => row.Place),
        new("quantity", texts["Field.Quantity"], row => row.Quantity.ToString()) { Csv = row => row.Quantity.Count },
        new("unit", texts["Field.Unit"], row => texts[row.Quantity.IsByWeight ? "Unit.Gram" : "Unit.Piece"]),
        new("expires", texts["Field.Expires"], row => row.ExpiresOn?.ToString("O", CultureInfo.InvariantCulture)),
    ];

    // Members, not a constructor: only so can the database be asked for them further on.
    private sealed class Held
    {
        public required StockBatch Batch { get; init; }

        public required Product Product { get; init; }

        public required StockPlace Place { get; init; }
    }
}
