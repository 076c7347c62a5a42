using Automat.Domain;
using Automat.Server.Jobs;
using Automat.Server.Panel;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;

namespace Automat.Server.Catalog;

/// <summary>A file of products: sent, looked at, taken in while one watches.</summary>
internal sealed class ImportPages(ImportProducts import)
{
    private const string Address = "/panel/products/import";
    private const int MostShown = 200;

    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(1);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription().RequirePermission(Permission.CatalogWrite);
        pages.MapGet("", () => Pages.Show<ImportPage>(new ImportView()));
        pages.MapForm("", (HttpContext context, ImportPages own, CancellationToken ct) => own.TakeAsync(context, ct))
            .WithMetadata(new RequestSizeLimitAttribute(ImportProducts.LargestFile + 100_000));
        pages.MapGet("/{id:guid}", async (Guid id, HttpContext context, ImportPages own, CancellationToken ct) =>
            Pages.Show<ImportPage>(await own.ViewAsync(context.User.OrganizationOf(), id, ct)));
        pages.MapGet("/{id:guid}/live", async (Guid id, HttpContext context, ImportPages own, CancellationToken ct) =>
        {
            var organization = context.User.OrganizationOf();
            await own.FollowAsync(organization, id, ct); // one that is not there is said before anything is streamed
            return Live.Stream<ImportPart>(
                context, LooksEvery, async (services, again) => await services.GetRequiredService<ImportPages>().FollowAsync(organization, id, again));
        });
        pages.MapForm("/{id:guid}/confirm", (Guid id, HttpContext context, ImportPages own, CancellationToken ct) =>
            own.DoAsync(context, id, begins: true, ct));
        pages.MapForm("/{id:guid}/cancel", (Guid id, HttpContext context, ImportPages own, CancellationToken ct) =>
            own.DoAsync(context, id, begins: false, ct));
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

    private async Task<IResult> DoAsync(HttpContext context, Guid id, bool begins, CancellationToken ct)
    {
        var organization = context.User.OrganizationOf();
        try
        {
            await (begins ? import.BeginAsync(organization, id, ct) : import.CancelAsync(organization, id, ct));
            return context.SeeOther($"{Address}/{id}");
        }
        catch (RuleException over) when (over.Code is "job_done" or "job_cancelled")
        {
            return Pages.Show<ImportPage>(
                await ViewAsync(organization, id, ct) with { Error = "Import.Over" }, StatusCodes.Status409Conflict);
        }
    }

    /// <summary>Before it begins: what each line would do. From then on: how far it is, and what could not be.</summary>
    private async Task<ImportView> ViewAsync(Id<Organization> organization, Guid id, CancellationToken ct)
    {
        var found = await import.FindAsync(organization, id, ct);
        if (found.State is not JobState.Checked) return Followed(found);
        var lines = await import.LookAsync(organization, found.Text, ct);
        return new ImportView
        {
            Id = id,
            FileName = found.FileName,
            Counts = lines.GroupBy(l => l.Fate).ToDictionary(g => g.Key, g => g.Count()),
            Lines = [.. lines.OrderByDescending(l => l.Fate is ImportFate.Wrong).ThenBy(l => l.Line).Take(MostShown)
                .Select(l => new ImportLineView(l.Line, l.Fate, l.Name, l.Field))],
        };
    }

    private async Task<ImportView> FollowAsync(Id<Organization> organization, Guid id, CancellationToken ct) =>
        Followed(await import.FindAsync(organization, id, ct));

    private static ImportView Followed(ProductImport found) => new()
    {
        Id = found.Id.Value,
        FileName = found.FileName,
        State = found.State,
        Counts = new Dictionary<ImportFate, int>
        {
            [ImportFate.Add] = found.Added,
            [ImportFate.Change] = found.Changed,
            [ImportFate.Same] = found.Seen - found.Added - found.Changed - found.Refused,
            [ImportFate.Wrong] = found.Refused,
        },
        Percent = found.Lines == 0 ? 100 : Math.Min(100, 100 * found.Seen / found.Lines),
        Seen = found.Seen,
        All = found.Lines,
        Lines = [.. found.FaultList().Select(f => new ImportLineView(f.Line, ImportFate.Wrong, f.Name, f.Field))],
    };

    private static RazorComponentResult<ImportPage> Wrong(ImportView view) => Pages.Show<ImportPage>(view, StatusCodes.Status422UnprocessableEntity);
}
