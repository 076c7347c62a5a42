using Automat.Domain;
using Automat.Server.Panel;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Orders.Desk;

/// <summary>What staff see of orders and do about them: put together, hand over, call off.</summary>
internal sealed class OrdersPages(FindOrders find, ServeOrder serve, IStringLocalizer<Texts> t)
{
    public const string Address = "/panel/orders";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", (HttpContext context, OrdersPages orders, CancellationToken ct) => orders.ListAsync(context, ct))
            .RequirePermission(Permission.SalesRead);
        pages.MapGet("/{id:guid}", async (Guid id, string? done, HttpContext context, OrdersPages orders, CancellationToken ct) =>
            Pages.Show<OrderDeskPage>(orders.ViewOf(await orders.GetAsync(context, id, ct), context) with { Done = DoneText(done) }))
            .RequirePermission(Permission.SalesRead);
        pages.MapForm("/{id:guid}/ready", (Guid id, HttpContext context, OrdersPages orders, CancellationToken ct) =>
            orders.DoAsync(context, id, "ready", (serve, found, stop) => serve.MarkReadyAsync(found, stop), ct)).RequirePermission(Permission.SalesWrite);
        pages.MapForm("/{id:guid}/hand-over", (Guid id, HttpContext context, OrdersPages orders, CancellationToken ct) =>
            orders.DoAsync(context, id, "handed_over", (serve, found, stop) => serve.HandOverAsync(found, stop), ct)).RequirePermission(Permission.SalesWrite);
        pages.MapForm("/{id:guid}/call-off", (Guid id, HttpContext context, OrdersPages orders, CancellationToken ct) =>
            orders.DoAsync(context, id, "called_off", (serve, found, stop) => serve.CallOffAsync(found, stop), ct)).RequirePermission(Permission.RefundWrite);
    }

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var organization = context.User.OrganizationOf();
        var view = ListView.From(context.Request, ["at"], "-at");
        var columns = OrderColumns.Of(t, context);
        var orders = await find.OfAsync(organization, view, context.StartOf, ct);
        if (view.Format == "csv") return TableCsv.Result("orders", view, columns, FileAsync(orders, ct));
        var page = await orders.PageAsync(view, ct);
        var rows = await find.RowsAsync(page.Items, ct);
        return Pages.Show<OrdersPage>(new OrdersView(
            new ListPage<OrderRow>(rows, view, page.Total), columns, await find.PlacesAsync(organization, ct)));
    }

    /// <summary>The rows of the file, a batch at a time.</summary>
    private async IAsyncEnumerable<OrderRow> FileAsync(
        IQueryable<Order> orders, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        const int batch = 500;
        for (var done = 0; done < TableCsv.MostRows; done += batch)
        {
            var next = await orders.Skip(done).Take(batch).ToListAsync(ct);
            foreach (var row in await find.RowsAsync(next, ct)) yield return row;
            if (next.Count < batch) yield break;
        }
    }

    private async Task<IResult> DoAsync(
        HttpContext context, Guid id, string done, Func<ServeOrder, FoundOrder, CancellationToken, Task> work, CancellationToken ct)
    {
        var found = await GetAsync(context, id, ct);
        try
        {
            await work(serve, found, ct);
            return context.SeeOther($"{Address}/{id}?done={done}");
        }
        catch (RuleException refused) when (refused.Code is "sale_begun" or "sale_ended" or "order_state")
        {
            return Pages.Show<OrderDeskPage>(
                ViewOf(await GetAsync(context, id, ct), context) with
                {
                    Error = refused.Code == "sale_begun" ? "Refused.Begun" : "Refused.Ended",
                },
                StatusCodes.Status409Conflict);
        }
    }

    private async Task<FoundOrder> GetAsync(HttpContext context, Guid id, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        return await serve.GetAsync(context.User.OrganizationOf(), id, ct);
    }

    private OrderDeskView ViewOf(FoundOrder found, HttpContext context)
    {
        var (order, vend, purchase) = (found.Order, found.Sale.Vend, found.Sale.Purchase);
        var waits = found.State is OrderState.Paid or OrderState.Ready;
        return new OrderDeskView(
            new OrderRow(
                order.Id.Value, order.Number, order.CreatedAt, found.Place.Id.Value, found.Place.Name, "", found.State,
                new Amount(purchase.Amount, purchase.Currency.Code), waits ? vend?.Deadline : null),
            SayOrder.LinesOf(found), PathOf(found))
        {
            Code = waits ? vend?.Code : null,
            Email = purchase.Email,
            CreditTo = waits || found.WasCredited ? found.CreditName : null,
            Sale = vend?.Id.Value,
            MayReady = found.ByHand && found.State is OrderState.Paid && context.User.Allows(Permission.SalesWrite),
            MayHandOver = found.ByHand && waits && context.User.Allows(Permission.SalesWrite),
            MayCallOff = vend is not null && found.MayCallOff && context.User.Allows(Permission.RefundWrite),
        };
    }

    private List<TimelineItem> PathOf(FoundOrder found)
    {
        var path = new List<TimelineItem> { new(found.Order.CreatedAt, t["Path.Placed"], null, "idle", null) };
        if (found.Sale.Purchase.PaidAt is { } paid) path.Add(new TimelineItem(paid, t["State.Paid"], null, "good", null));
        if (found.Order.ReadyAt is { } ready) path.Add(new TimelineItem(ready, t["State.Ready"], null, "good", null));
        if (OrderLife.IsEnd(found.State) && (found.Sale.Vend?.SettledAt ?? found.Order.ClosedAt) is { } ended)
            path.Add(new TimelineItem(ended, t[OrderWords.Of(found.State)], null, OrderWords.ToneOf(found.State), null));
        return path;
    }


    private static string? DoneText(string? done) => done switch
    {
        "ready" => "Done.Ready",
        "handed_over" => "Done.HandedOver",
        "called_off" => "Done.CalledOff",
        _ => null,
    };
}
