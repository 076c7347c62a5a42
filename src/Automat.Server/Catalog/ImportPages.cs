using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Automat.Server.Catalog;

/// <summary>A file of products: sent, looked at, taken in.</summary>
internal sealed class ImportPages(ImportProducts import, AutomatDb db)
{
    private const string Address = "/panel/products/import";
    private const int MostShown = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription().RequirePermission(Permission.CatalogWrite);
        pages.MapGet("", () => Pages.Show<ImportPage>(new ImportView()));
        pages.MapForm("", (HttpContext context, ImportPages own, CancellationToken ct) => own.TakeAsync(context, ct))
            .WithMetadata(new RequestSizeLimitAttribute(ImportProducts.LargestFile + 100_000));
        pages.MapGet("/{id:guid}", async (Guid id, HttpContext context, ImportPages own, CancellationToken ct) =>
            Pages.Show<ImportPage>(await own.ViewAsync(context.User.OrganizationOf(), id, ct)));
        pages.MapForm("/{id:guid}/confirm", (Guid id, HttpContext context, ImportPages own, CancellationToken ct) => own.DoAsync(id, context, ct));
    }

    private async Task<IResult> TakeAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        if (form.Files.GetFile("file") is not { Length: > 0 and <= ImportProducts.LargestFile } file) return Wrong(new ImportView { Error = "Import.NoFile" });
        using var content = new MemoryStream();
        await file.CopyToAsync(content, ct);
        try
        {
            var id = await import.KeepAsync(context.User.OrganizationOf(), file.FileName, content.ToArray(), ct);
            return context.SeeOther($"{Address}/{id.Value}");
        }
        catch (RuleException refused)
        {
            return Wrong(new ImportView { FileName = file.FileName, Error = refused.Code == "rows_too_many" ? "Import.TooMany" : "Import.Unreadable" });
        }
    }

    private async Task<IResult> DoAsync(Guid id, HttpContext context, CancellationToken ct)
    {
        try
        {
            var done = await import.DoAsync(context.User.OrganizationOf(), id, ct);
            return context.SeeOther(FormattableString.Invariant($"/panel/products?done=imported&n={done.Added + done.Changed}"));
        }
        catch (FieldsException)
        {
            db.ChangeTracker.Clear();
            return Wrong(await ViewAsync(context.User.OrganizationOf(), id, ct) with { Error = "Import.ChangedMeanwhile" });
        }
    }

    private async Task<ImportView> ViewAsync(Id<Organization> organization, Guid id, CancellationToken ct)
    {
        var found = await import.FindAsync(organization, id, ct);
        var lines = await import.LookAsync(organization, found.Text, ct);
        return new ImportView
        {
            Id = id,
            FileName = found.FileName,
            Counts = lines.GroupBy(l => l.Fate).ToDictionary(g => g.Key, g => g.Count()),
            Lines = [.. lines.OrderByDescending(l => l.Fate is ImportFate.Wrong).ThenBy(l => l.Line).Take(MostShown)
                .Select(l => new ImportLineView(l.Line, l.Fate, l.Name, l.Field, l.Message))],
        };
    }

    private static RazorComponentResult<ImportPage> Wrong(ImportView view) => Pages.Show<ImportPage>(view, StatusCodes.Status422UnprocessableEntity);
}
