using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Vends.Desk;

/// <summary>The list of sales, and a sale with its whole story.</summary>
internal sealed class SalesPages(
    AutomatDb db, FindSales find, SaleStory story, IEnumerable<IVendStory> others, ResolveVend resolve, IStringLocalizer<Texts> t)
{
    public const string Address = "/panel/sales";

    private const string File = "sales";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", (HttpContext context, SalesPages sales, CancellationToken ct) => sales.ListAsync(context, ct))
            .RequirePermission(Permission.SalesRead);
        pages.MapGet("/{id:guid}", async (Guid id, string? done, HttpContext context, SalesPages sales, CancellationToken ct) =>
            Pages.Show<SalePage>(await sales.ViewAsync(context, id, ct) with { Done = DoneText(done) })).RequirePermission(Permission.SalesRead);
        pages.MapForm("/{id:guid}/resolution", (Guid id, HttpContext context, SalesPages sales, CancellationToken ct) =>
            sales.ResolveAsync(context, id, ct)).RequirePermission(Permission.SalesWrite);
    }

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-store";
        var view = ListView.From(context.Request, ["at"], "-at");
        var filter = SalesFilter.Of(context.Request.Query);
        var columns = SaleColumns.Of(t, context);
        IQueryable<Vend> sales;
        try
        {
            sales = await find.OfAsync(context.User.OrganizationOf(), filter, context.StartOf, ct);
        }
        catch (RuleException wrong) when (wrong.Code.StartsWith("amount_", StringComparison.Ordinal))
        {
            return Refused("min");
        }

        if (filter.Wrong.Count > 0) return Refused([.. filter.Wrong]);
        var sorted = view.Descending
            ? sales.OrderByDescending(v => v.ReservedAt).ThenByDescending(v => v.Id)
            : sales.OrderBy(v => v.ReservedAt).ThenBy(v => v.Id);
        if (view.Format == "csv") return TableCsv.Result(File, view, columns, await RowsAsync(sorted, ct));
        var page = await sorted.PageAsync(view, ct);
        var machines = await NamesAsync([.. page.Items.Select(v => v.Machine)], ct);
        return Pages.Show<SalesPage>(new SalesView(
            page.Map(v => SaleRow.Of(v, machines)), columns, [], filter.LooksInside ? FindSales.LookedThrough : null));

        IResult Refused(params string[] fields) => Pages.Show<SalesPage>(
            new SalesView(new ListPage<SaleRow>([], view, 0), columns, fields, null), StatusCodes.Status422UnprocessableEntity);
    }

    /// <summary>The rows of the file, read while they are written.</summary>
    private async Task<IAsyncEnumerable<SaleRow>> RowsAsync(IQueryable<Vend> sorted, CancellationToken ct)
    {
        var names = await db.Set<Machine>().AsNoTracking().OrderBy(m => m.Id).Select(m => new { m.Id, m.Name })
            .Take(20_000).ToDictionaryAsync(m => m.Id, m => m.Name, ct);
        return sorted.Take(TableCsv.MostRows).AsAsyncEnumerable().Select(v => SaleRow.Of(v, names));
    }

    private async Task<IResult> ResolveAsync(HttpContext context, Guid id, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        try
        {
            await resolve.RunAsync(context.User, id, new ResolveVendRequest(form["outcome"], form["reason"]), ct);
            return context.SeeOther($"{Address}/{id}?done={(form["outcome"] == "delivered" ? "delivered" : "not_delivered")}");
        }
        catch (FieldsException)
        {
            return Pages.Show<SalePage>(
                await ViewAsync(context, id, ct) with { Error = "Refused.Reason" }, StatusCodes.Status422UnprocessableEntity);
        }
        catch (RuleException refused) when (refused.Code == "vend_status")
        {
            return Pages.Show<SalePage>(await ViewAsync(context, id, ct) with { Error = "Refused.Settled" }, StatusCodes.Status409Conflict);
        }
    }

    private async Task<SaleView> ViewAsync(HttpContext context, Guid id, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-store";
        var (wanted, organization) = (new Id<Vend>(id), context.User.OrganizationOf());
        var vend = await db.Set<Vend>().AsNoTracking().SingleOrDefaultAsync(v => v.Id == wanted && v.Organization == organization, ct)
            ?? throw new RuleException("vend_unknown", $"There is no vend {id}.");
        var currency = vend.Amount.Currency.Code;
        return new SaleView(
            SaleRow.Of(vend, await NamesAsync([vend.Machine], ct)),
            [.. vend.Lines.Select(l => new SaleLine(
                l.Slot, l.Name, l.Category, l.Quantity, new Amount(l.UnitPrice, currency), new Amount(l.Total, currency), $"{l.Rate} %"))],
            [.. story.PathOf(vend).Select(Item)], await ChaptersAsync(vend, context.User, ct),
            [.. others.Select(o => o.Offer(vend, context.User)).OfType<Microsoft.AspNetCore.Components.RenderFragment>()])
        {
            Deadline = VendLife.IsOpen(vend.Status) ? vend.Deadline : null,
            Chip = vend.Tender.IsChip ? vend.Tender.Reference : null,
            Payment = vend.Intent ?? vend.Session,
            MayResolve = vend.Status is VendStatus.Unknown && context.User.Allows(Permission.SalesWrite),
        };
    }

    private async Task<IReadOnlyList<SaleChapter>> ChaptersAsync(Vend vend, ClaimsPrincipal reader, CancellationToken ct)
    {
        var told = new List<(StoryChapter Chapter, StoryEvent Event)>();
        Add(StoryChapter.Money, await story.MoneyOfAsync(vend, ct));
        Add(StoryChapter.Machine, await story.CommandsOfAsync(vend, ct));
        Add(StoryChapter.Provider, await story.EventsOfAsync(vend, ct));
        Add(StoryChapter.Audit, await story.ActsOfAsync(vend, reader, ct));
        // One after the other: they share the request's connection.
        foreach (var other in others) Add(other.Chapter, await other.TellAsync(vend, reader, ct));
        return
        [
            .. told.GroupBy(e => e.Chapter).OrderBy(g => g.Key).Select(g => new SaleChapter(
                SaleTexts.Of(g.Key), g.Key.ToString().ToLowerInvariant(), [.. g.OrderBy(e => e.Event.At).Select(e => Item(e.Event))])),
        ];

        void Add(StoryChapter chapter, IEnumerable<StoryEvent> events) => told.AddRange(events.Select(e => (chapter, e)));
    }

    private Task<Dictionary<MachineId, string>> NamesAsync(IReadOnlyCollection<MachineId> machines, CancellationToken ct) =>
        db.Set<Machine>().AsNoTracking().Where(m => machines.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Name, ct);

    private static TimelineItem Item(StoryEvent one) => new(one.At, one.Title, one.Detail, one.Tone, one.Address);

    private static string? DoneText(string? done) => done switch
    {
        "delivered" => "Done.Delivered",
        "not_delivered" => "Done.NotDelivered",
        "refunded" => "Done.Refunded",
        "requested" => "Done.Requested",
        _ => null,
    };
}
