using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Automat.Server.Storefront;

namespace Automat.Server.Catalog;

/// <summary>The page of categories.</summary>
internal sealed class CategoryPages(Categories categories, AutomatDb db)
{
    private const string Address = "/panel/categories";

    private Categories All => categories;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", async (HttpContext context, CategoryPages own, CancellationToken ct) =>
            Pages.Show<CategoriesPage>(await own.ViewAsync(context, ct))).RequirePermission(Permission.CatalogRead);
        Form("/add", async (own, context, _, form, ct) =>
        {
            await own.All.AddAsync(context.User.OrganizationOf(), form["name"], ct);
            return "added";
        });
        Form("/{id:guid}/change", async (own, context, id, form, ct) =>
        {
            await own.All.ChangeAsync(
                context.User.OrganizationOf(), id,
                new CategoryRequest(
                    form.ContainsKey("name") ? form["name"].ToString() : null,
                    form["archived"].ToString() switch { "yes" => true, "no" => false, _ => null }), ct);
            return "changed";
        });
        Form("/{id:guid}/remove", async (own, context, id, _, ct) =>
        {
            await own.All.RemoveAsync(context.User.OrganizationOf(), id, ct);
            return "removed";
        });

        void Form(string path, Func<CategoryPages, HttpContext, Guid, IFormCollection, CancellationToken, Task<string>> work) =>
            pages.MapForm(path, (HttpContext context, CategoryPages own, CancellationToken ct) => own.DoAsync(context, work, ct))
                .RequirePermission(Permission.CatalogWrite);
    }

    private async Task<IResult> DoAsync(
        HttpContext context, Func<CategoryPages, HttpContext, Guid, IFormCollection, CancellationToken, Task<string>> work, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var id = Guid.TryParse(context.GetRouteValue("id") as string, out var named) ? named : Guid.Empty;
        try
        {
            return context.SeeOther($"{Address}?done={await work(this, context, id, form, ct)}");
        }
        catch (FieldsException)
        {
            db.ChangeTracker.Clear();
            return Pages.Show<CategoriesPage>(
                await ViewAsync(context, ct) with { Done = null, Error = "Categories.Wrong", Typed = id == Guid.Empty ? form["name"].ToString() : "" },
                StatusCodes.Status422UnprocessableEntity);
        }
        catch (RuleException refused) when (refused.Code is "category_in_use" or "category_named")
        {
            db.ChangeTracker.Clear();
            return Pages.Show<CategoriesPage>(
                await ViewAsync(context, ct) with { Done = null, Error = refused.Code == "category_named" ? "Categories.Named" : "Categories.InUse" },
                StatusCodes.Status409Conflict);
        }
    }

    private async Task<CategoriesView> ViewAsync(HttpContext context, CancellationToken ct) =>
        new(await categories.ListAsync(context.User.OrganizationOf(), ct))
        {
            MayWrite = context.User.Allows(Permission.CatalogWrite),
            Done = context.Request.Query["done"].ToString() switch
            {
                "added" => "Categories.Added",
                "changed" => "Categories.Changed",
                "removed" => "Categories.Removed",
                _ => null,
            },
        };
}
