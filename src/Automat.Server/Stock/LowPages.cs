using Automat.Domain;
using Automat.Domain.Goods;
using Automat.Domain.Stock;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Stock;

/// <summary>What is low or empty, and the way to fill it in place.</summary>
internal sealed class LowPages(AutomatDb db, CloseVisit visits)
{
    private const string Address = "/panel/stock/low";

    private static readonly string[] Sorts = ["stock", "machine"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", async (HttpContext context, LowPages own, CancellationToken ct) =>
        {
            var view = ListView.From(context.Request, Sorts, "stock");
            return Pages.Show<LowPage>(await own.ViewAsync(context, view, ct) with { Done = context.Request.Query["done"] == "filled" ? "Low.Filled" : null });
        }).RequirePermission(Permission.CatalogRead);
        pages.MapForm("/fill", (HttpContext context, LowPages own, CancellationToken ct) => own.FillAsync(context, ct)).RequirePermission(Permission.CatalogWrite);
    }

    private async Task<LowView> ViewAsync(HttpContext context, ListView view, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var low = db.Set<Slot>().AsNoTracking().Where(LowStock.IsLow).Where(s => s.OrganizationId == organization);
        if (view["state"] == "empty") low = low.Where(s => s.Stock == 0);
        if (MachineId.TryParse(view["machine"], out var only)) low = low.Where(s => s.MachineId == only);
        var query = from slot in low
                    join machine in db.Set<Machine>().AsNoTracking() on slot.MachineId equals machine.Id
                    join product in db.Set<Product>().AsNoTracking() on slot.ProductId equals product.Id
                    where machine.State != MachineState.Retired
                    select new { slot, machine.Name, machine.Location, Product = product.Name, product.Measure };
        if (view.Search is { } text)
        {
            var pattern = Sql.LikeAnywhere(text);
            query = query.Where(s => EF.Functions.ILike(s.Product, pattern, Sql.LikeEscape) || EF.Functions.ILike(s.Name, pattern, Sql.LikeEscape));
        }

        var sorted = (view.Sort, view.Descending) switch
        {
            ("machine", false) => query.OrderBy(s => s.Name).ThenBy(s => s.slot.MachineId),
            ("machine", true) => query.OrderByDescending(s => s.Name).ThenBy(s => s.slot.MachineId),
            (_, false) => query.OrderBy(s => s.slot.Stock).ThenBy(s => s.slot.MachineId),
            (_, true) => query.OrderByDescending(s => s.slot.Stock).ThenBy(s => s.slot.MachineId),
        };
        var page = await sorted.ThenBy(s => s.slot.Code).PageAsync(view, ct);
        return new LowView(
            page.Map(s =>
            {
                var minimum = RestockRules.MinimumOf(s.slot.MinLevel, s.slot.ParLevel);
                var wish = RestockRules.Of(s.slot.Stock, s.slot.ParLevel, s.slot.Capacity!.Value, minimum, 0, 1);
                return new LowRow(
                    s.slot.MachineId.Value, s.Name, s.Location, s.slot.Code, s.Product, new Quantity(s.slot.Stock, s.Measure is Measure.Weight),
                    s.slot.ParLevel, minimum, wish.Bring);
            }),
            await db.PlaceChoicesAsync(organization, ct))
        {
            MayWrite = context.User.Allows(Permission.CatalogWrite),
        };
    }

    /// <summary>A visit of one slot, for whoever stands before it.</summary>
    private async Task<IResult> FillAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var (at, code) = (form["machine"].ToString(), form["slot"].ToString());
        var weighed = await db.WeighedSlotsAsync(context.User.OrganizationOf(), at, ct);
        try
        {
            await visits.RunAsync(
                context.User, at,
                new CloseVisitRequest(
                    Guid.TryParse(form["key"], out var key) ? key : null,
                    [new VisitLine(code, null, Quantity.Read(form["pieces"], weighed.Contains(code)) ?? -1, 0, 0)],
                    Guid.TryParse(form["place"], out var place) ? place : null), ct);
            return context.SeeOther($"{Address}?done=filled");
        }
        catch (Exception refused) when (refused is FieldsException || refused is RuleException { Code: "slot_full" or "slot_unknown" or "place_unknown" })
        {
            db.ChangeTracker.Clear();
            return Pages.Show<LowPage>(
                await ViewAsync(context, ListView.From(context.Request, Sorts, "stock") with { Path = Address }, ct) with { Error = "Low.Refused" },
                StatusCodes.Status422UnprocessableEntity);
        }
    }
}
