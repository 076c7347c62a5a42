using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Automat.Server.Storefront;

namespace Automat.Server.Stock;

/// <summary>The page of warehouses and vans.</summary>
internal sealed class PlacePages(Places places, AutomatDb db)
{
    private const string Address = "/panel/stock/places";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", async (HttpContext context, PlacePages own, CancellationToken ct) =>
            Pages.Show<PlacesPage>(await own.ViewAsync(context, ct))).RequirePermission(Permission.CatalogRead);
        pages.MapForm("/add", (HttpContext context, PlacePages own, CancellationToken ct) => own.DoAsync(context, null, ct)).RequirePermission(Permission.CatalogWrite);
        pages.MapForm("/{place:guid}/change", (Guid place, HttpContext context, PlacePages own, CancellationToken ct) => own.DoAsync(context, place, ct))
            .RequirePermission(Permission.CatalogWrite);
    }

    private async Task<IResult> DoAsync(HttpContext context, Guid? place, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        var form = await context.Request.ReadFormAsync(ct);
        var request = new PlaceRequest(
            form.ContainsKey("name") ? form["name"].ToString() : null, form.ContainsKey("kind") ? form["kind"].ToString() : null,
            form["archived"].ToString() switch { "yes" => true, "no" => false, _ => null });
        try
        {
            if (place is { } known) await places.ChangeAsync(organization, known, request, ct);
            else await places.AddAsync(organization, request, ct);
            return context.SeeOther($"{Address}?done=saved");
        }
        catch (FieldsException)
        {
            return await WrongAsync("Places.Wrong", StatusCodes.Status422UnprocessableEntity);
        }
        catch (RuleException refused) when (refused.Code == "place_not_empty")
        {
            return await WrongAsync("Places.NotEmpty", StatusCodes.Status409Conflict);
        }

        async Task<IResult> WrongAsync(string error, int status)
        {
            db.ChangeTracker.Clear();
            return Pages.Show<PlacesPage>(await ViewAsync(context, ct) with { Done = null, Error = error }, status);
        }
    }

    private async Task<PlacesView> ViewAsync(HttpContext context, CancellationToken ct) => new(await places.ListAsync(context.User.OrganizationOf(), ct))
    {
        MayWrite = context.User.Allows(Permission.CatalogWrite),
        Done = context.Request.Query["done"] == "saved" ? "Places.Saved" : null,
    };
}
