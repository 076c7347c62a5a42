using System.Globalization;
using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Stock;
using Automat.Server.Audit;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Stock;

/// <summary>The log of movements as a page: filtered by what, where and why, and as a file.</summary>
internal sealed class MovementPages(AutomatDb db, IActorNames names, IStringLocalizer<Texts> texts)
{
    private static readonly string[] Sorts = ["number"];

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/panel/stock/movements", (HttpContext context, MovementPages own, CancellationToken ct) => own.ListAsync(context, ct))
        .ExcludeFromDescription().RequirePermission(Permission.CatalogRead);

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken ct)
    {
        var view = ListView.From(context.Request, Sorts, "-number");
        if (view.Format == "csv")
        {
            return TableCsv.Result(
                "movements", view, Columns(), (await RowsAsync(context.User, view with { Size = TableCsv.MostRows, Page = 1 }, ct)).Items);
        }

        var organization = context.User.OrganizationOf();
        return Pages.Show<MovementsPage>(new MovementsView(
            await RowsAsync(context.User, view, ct), await db.PlaceChoicesAsync(organization, ct), await db.MachineChoicesAsync(organization, ct)));
    }

    private async Task<ListPage<MovementRow>> RowsAsync(ClaimsPrincipal caller, ListView view, CancellationToken ct)
    {
        var organization = caller.OrganizationOf();
        var query = db.Set<StockMovement>().AsNoTracking().Where(m => m.OrganizationId == organization);
        if (Enum.TryParse<MovementKind>(view["kind"], ignoreCase: true, out var kind) && Enum.IsDefined(kind)) query = query.Where(m => m.Kind == kind);
        else if (view["kind"] == "byhand") query = query.Where(m => m.Kind != MovementKind.Sale);
        if (MachineId.TryParse(view["machine"], out var machine)) query = query.Where(m => m.MachineId == machine);
        if (Guid.TryParse(view["place"], out var place))
        {
            Id<StockPlace>? wanted = new Id<StockPlace>(place);
            query = query.Where(m => m.PlaceId == wanted);
        }

        if (Choices.PiecesOf(view["product"]) is { } number)
        {
            var product = await db.Set<Product>().Where(p => p.OrganizationId == organization && p.Number == number).Select(p => p.Id).SingleOrDefaultAsync(ct);
            query = query.Where(m => m.ProductId == product);
        }

        var page = await (view.Descending ? query.OrderByDescending(m => m.Number) : query.OrderBy(m => m.Number)).PageAsync(view, ct);
        var goods = page.Items.Select(m => m.ProductId).Distinct().ToList();
        var products = await db.Set<Product>().AsNoTracking().Where(p => goods.Contains(p.Id)).ToDictionaryAsync(p => p.Id, ct);
        var places = await db.Set<StockPlace>().AsNoTracking().Where(p => p.OrganizationId == organization).ToDictionaryAsync(p => p.Id, p => p.Name, ct);
        var who = await names.OfAsync([.. page.Items.Select(m => m.DoneBy).OfType<string>().Distinct(StringComparer.Ordinal)], ct);
        return page.Map(m => new MovementRow(
            m.Number, m.At, KindTexts.Of(m.Kind), products[m.ProductId].Number, products[m.ProductId].Name,
            m.PlaceId is { } at ? places.GetValueOrDefault(at, "–") : $"{m.MachineId} · {m.Slot}", new Quantity(m.Quantity, products[m.ProductId].IsByWeight), m.ExpiresOn,
            m.DoneBy is { } by ? who.GetValueOrDefault(by, by) : "–", m.Note));
    }

    private List<Column<MovementRow>> Columns() =>
    [
        new("at", texts["Field.At"], row => row.At.ToString("O", CultureInfo.InvariantCulture)) { Csv = row => row.At },
        new("kind", texts["Moves.Kind"], row => texts[row.Kind]),
        new("product", texts["Field.Product"], row => row.Product),
        new("where", texts["Moves.Where"], row => row.Where),
        new("quantity", texts["Field.Quantity"], row => row.Quantity.ToString()) { Csv = row => row.Quantity.Count },
        new("unit", texts["Field.Unit"], row => texts[row.Quantity.IsByWeight ? "Unit.Gram" : "Unit.Piece"]),
        new("expires", texts["Field.Expires"], row => row.ExpiresOn?.ToString("O", CultureInfo.InvariantCulture)),
        new("by", texts["Moves.By"], row => row.By),
        new("note", texts["Field.Note"], row => row.Note),
    ];
}
