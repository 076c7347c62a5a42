using Automat.Server.Panel;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Fleet;

/// <summary>The list of machines, how they are while one looks, and the list as a file.</summary>
internal sealed class FleetPages(FleetDesk fleet, IStringLocalizer<Texts> texts)
{
    public const string Address = "/panel/machines";

    private static readonly TimeSpan LooksEvery = TimeSpan.FromSeconds(3);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", (string? done, HttpContext context, FleetPages machines, CancellationToken ct) => machines.ShowAsync(context, done, ct))
            .RequirePermission(Permission.MachineRead);
        pages.MapGet("/live", (HttpContext context) => Live.Stream<FleetNowPart>(
            context, LooksEvery, async (services, ct) => await services.GetRequiredService<FleetPages>().NowAsync(context, ct)))
            .RequirePermission(Permission.MachineRead);
    }

    private static ListView ViewOf(HttpContext context) => ListView.From(context.Request, FleetDesk.Sorts, "name");

    private async Task<IResult> ShowAsync(HttpContext context, string? done, CancellationToken ct)
    {
        var view = ViewOf(context);
        var query = fleet.Query(context, view);
        if (view.Format == "csv")
        {
            var all = await fleet.RowsAsync(await query.Take(TableCsv.MostRows).ToListAsync(ct), ct);
            return TableCsv.Result("machines", view, FleetColumns.Of(texts, context), all);
        }

        var page = await query.PageAsync(view, ct);
        var rows = await fleet.RowsAsync(page.Items, ct);
        return Pages.Show<FleetPage>(new FleetView(
            new ListPage<FleetRow>(rows, view, page.Total), await fleet.NowAsync(context, page.Items, ct), fleet.Drivers())
        {
            MayWrite = context.User.Allows(Permission.MachineWrite),
            Places = await fleet.PlacesAsync(context, view, ct),
            Done = done == "registered" ? "Done.Registered" : null,
        });
    }

    private async Task<FleetNow> NowAsync(HttpContext context, CancellationToken ct)
    {
        // The stream's address is the list's with another ending: it asks for the same page.
        var view = ViewOf(context);
        var page = await fleet.Query(context, view).Skip((view.Page - 1) * view.Size).Take(view.Size).ToListAsync(ct);
        return await fleet.NowAsync(context, page, ct);
    }
}
