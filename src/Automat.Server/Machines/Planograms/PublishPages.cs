using System.Globalization;
using Automat.Domain;
using Automat.Domain.Planograms;
using Automat.Server.Data;
using Automat.Server.Platform;
using Automat.Server.Storefront;

namespace Automat.Server.Machines.Planograms;

/// <summary>A draft is looked at before it is published; what was published stays to be looked at, and to be brought back.</summary>
internal sealed class PublishPages(PlanogramDesk desk, PublishPlanogram publish, EditDraft edit, AutomatDb db, DriverRegistry drivers)
{
    private const string Address = "/panel/machines/{id}/planogram";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("/review", async (string id, HttpContext context, PlanogramDesk desk, CancellationToken ct) =>
            Pages.Show<ReviewPage>(await desk.ReviewAsync(context, id, ct))).RequirePermission(Permission.CatalogRead);
        pages.MapGet("/history", async (string id, int? before, string? done, HttpContext context, PlanogramDesk desk, CancellationToken ct) =>
            Pages.Show<HistoryPage>(await desk.HistoryAsync(context, id, before, ct) with
            {
                Done = done == "rolled-back" ? "Done.RolledBack" : null,
            })).RequirePermission(Permission.CatalogRead);
        pages.MapForm("/publish", (string id, HttpContext context, PublishPages publishing, CancellationToken ct) => publishing.PublishAsync(context, id, ct))
            .RequirePermission(Permission.CatalogWrite);
        pages.MapForm("/roll-back", (string id, HttpContext context, PublishPages publishing, CancellationToken ct) => publishing.RollBackAsync(context, id, ct))
            .RequirePermission(Permission.CatalogWrite);
    }

    private async Task<IResult> PublishAsync(HttpContext context, string id, CancellationToken ct)
    {
        await db.OwnMachineAsync(context.User, id, ct);
        var form = await context.Request.ReadFormAsync(ct);
        try
        {
            await publish.RunAsync(context.User, id, NumberIn(form, "revision"), form["note"], ct);
            return context.SeeOther($"/panel/machines/{id}/planogram?done=published");
        }
        catch (Exception refused) when (CodeOf(refused) is { } code && PlanogramWords.RefusalText(code) is { } text)
        {
            return Pages.Show<ReviewPage>(await desk.ReviewAsync(context, id, ct) with { Error = text }, StatusOf(refused, code));
        }
    }

    private async Task<IResult> RollBackAsync(HttpContext context, string id, CancellationToken ct)
    {
        var machine = await db.OwnMachineAsync(context.User, id, ct);
        var number = NumberIn(await context.Request.ReadFormAsync(ct), "number");
        try
        {
            await publish.RollBackAsync(context.User, id, number, ct);
            return context.SeeOther($"/panel/machines/{id}/planogram/history?done=rolled-back");
        }
        catch (Exception refused) when (CodeOf(refused) is { } code && PlanogramWords.RefusalText(code) is { } text)
        {
            var view = await desk.HistoryAsync(context, id, null, ct);
            var faults = code == "planogram_invalid" ? await FaultsAsync(context, machine, number, ct) : [];
            return Pages.Show<HistoryPage>(view with { Error = text, Faults = faults }, StatusOf(refused, code));
        }
    }

    /// <summary>Why a version cannot come back as it was.</summary>
    private async Task<IReadOnlyList<LayoutFault>> FaultsAsync(HttpContext context, Machine machine, int number, CancellationToken ct)
    {
        var present = (await edit.LookAsync(context.User, machine.Id.Value, ct)).Present;
        if (await db.Set<PlanogramVersion>().FindAsync([machine.Id, number], ct) is not { } version) return [];
        var layout = StoredLayout.Read(version.Slots);
        var products = await LayoutProducts.OfAsync(db, machine, layout, ct);
        return LayoutRules.FaultsIn(layout, LayoutProducts.GoodsOf(machine, drivers, products), present.Fills);
    }

    private static string? CodeOf(Exception refused) => refused switch
    {
        RuleException rule => rule.Code,
        FieldsException fields => fields.Code,
        _ => null,
    };

    private static int StatusOf(Exception refused, string code) =>
        refused is FieldsException ? StatusCodes.Status422UnprocessableEntity : ProblemCodes.StatusOf(code);

    private static int NumberIn(IFormCollection form, string field) =>
        int.TryParse(form[field], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;
}
