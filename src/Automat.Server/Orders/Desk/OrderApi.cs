using System.Globalization;
using System.Security.Claims;
using System.Text.Json;
using Automat.Domain;
using Automat.Server.Data;
using Automat.Server.Platform;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Orders.Desk;

/// <summary>An order as a list of the API tells it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Number">What people call it by.</param>
/// <param name="State">Where it is in its life.</param>
/// <param name="Machine">Where it is collected.</param>
/// <param name="Amount">What is paid for it, minor units.</param>
/// <param name="Currency">Of the amount.</param>
/// <param name="CreatedAt">When it was placed.</param>
/// <param name="CollectBy">Until when it waits for its customer; null where it does not wait.</param>
public sealed record OrderAnswer(
    Guid Id, string Number, string State, string Machine, long Amount, string Currency, DateTimeOffset CreatedAt, DateTimeOffset? CollectBy);

/// <summary>What was ordered.</summary>
/// <param name="Product">The product; null for goods the catalogue does not list.</param>
/// <param name="Name">What it was called.</param>
/// <param name="Slot">Where it was taken from.</param>
/// <param name="Measure"><c>piece</c> or <c>weight</c>.</param>
/// <param name="Quantity">How many pieces, or how many grams.</param>
/// <param name="UnitPrice">Minor units of one piece, or of a kilogram.</param>
/// <param name="Total">Minor units altogether.</param>
public sealed record OrderLineAnswer(Guid? Product, string Name, string Slot, string Measure, int Quantity, long UnitPrice, long Total);

/// <summary>One order, whole. The code it is collected with is the customer's and not told.</summary>
/// <param name="Order">Its facts.</param>
/// <param name="Lines">What was ordered.</param>
/// <param name="Vend">The sale it became; null before the money came.</param>
/// <param name="PaidAt">When it was paid.</param>
/// <param name="ReadyAt">When it was put together.</param>
/// <param name="EndedAt">When it was collected, called off or given up.</param>
public sealed record OrderDetailAnswer(
    OrderAnswer Order, IReadOnlyList<OrderLineAnswer> Lines, Guid? Vend, DateTimeOffset? PaidAt, DateTimeOffset? ReadyAt, DateTimeOffset? EndedAt);

/// <summary>What a shop's own till or kitchen screen does with orders; the same rules as on the page.</summary>
internal sealed class OrderApi(AutomatDb db, FindOrders find, ServeOrder serve)
{
    private const int Most = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var orders = routes.MapGroup("/api/v1/orders").DisableAntiforgery().WithTags("Orders");
        orders.MapGet("", (
                string? state, string? machine, string? number, Guid? cursor, int? limit, OrderApi api, ClaimsPrincipal caller, CancellationToken ct) =>
                api.ListAsync(caller.OrganizationOf(), (state, machine, number), cursor, limit, ct))
            .RequirePermission(Permission.SalesRead).WithName("ListOrders").WithSummary("Orders of the web shop, newest first");
        orders.MapGet("/{id:guid}", async (Guid id, ServeOrder serve, ClaimsPrincipal caller, CancellationToken ct) =>
                TypedResults.Ok(Whole(await serve.GetAsync(caller.OrganizationOf(), id, ct))))
            .RequirePermission(Permission.SalesRead).WithName("GetOrder").WithSummary("One order");
        Step("ready", Permission.SalesWrite, "An order is put together", (serve, found, ct) => serve.MarkReadyAsync(found, ct));
        Step("hand-over", Permission.SalesWrite, "The customer has an order", (serve, found, ct) => serve.HandOverAsync(found, ct));
        Step("call-off", Permission.RefundWrite, "Call an order off; its money goes back", (serve, found, ct) => serve.CallOffAsync(found, ct));

        void Step(string word, Permission permission, string summary, Func<ServeOrder, FoundOrder, CancellationToken, Task> work) => orders
            .MapPost($"/{{id:guid}}/{word}", (Guid id, OrderApi api, ClaimsPrincipal caller, CancellationToken ct) =>
                api.DoAsync(caller.OrganizationOf(), id, work, ct))
            .RequirePermission(permission).WithName($"Order{word.Replace("-", "", StringComparison.Ordinal)}").WithSummary(summary);
    }

    private async Task<IResult> ListAsync(
        Id<Organization> organization, (string? State, string? Machine, string? Number) wish, Guid? cursor, int? limit, CancellationToken ct)
    {
        var size = PageSize.Of(limit, Most);
        var orders = db.Set<Order>().AsNoTracking().Where(o => o.OrganizationId == organization);
        if (wish.State is { Length: > 0 } word)
        {
            var state = StateOf(word) ?? throw Wrong("state", $"Say one of: {string.Join(", ", States)}.");
            orders = orders.Where(o => o.State == state);
        }

        if (wish.Machine is { Length: > 0 } name)
        {
            if (!MachineId.TryParse(name, out var machine)) throw Wrong("machine", "That is no machine's id.");
            orders = orders.Where(o => o.MachineId == machine);
        }

        if (wish.Number is { Length: > 0 } typed)
        {
            var number = typed.Trim().ToUpper(CultureInfo.InvariantCulture);
            orders = orders.Where(o => o.Number == number);
        }

        if (cursor is { } before) orders = orders.Where(o => (Guid)(object)o.Id < before);
        var page = await orders.OrderByDescending(o => o.Id).Take(size + 1).ToListAsync(ct);
        var rows = await find.RowsAsync([.. page.Take(size)], ct);
        return TypedResults.Ok(new
        {
            items = rows.Select(Of),
            next_cursor = page.Count > size ? page[size - 1].Id.Value : (Guid?)null,
        });
    }

    private async Task<IResult> DoAsync(
        Id<Organization> organization, Guid id, Func<ServeOrder, FoundOrder, CancellationToken, Task> work, CancellationToken ct)
    {
        await work(serve, await serve.GetAsync(organization, id, ct), ct);
        return TypedResults.Ok(Whole(await serve.GetAsync(organization, id, ct)));
    }

    private static OrderAnswer Of(OrderRow row) =>
        new(row.Id, row.Number, WordOf(row.State), row.PlaceId, row.Amount.Minor, row.Amount.Currency, row.At, row.Until);

    private static OrderDetailAnswer Whole(FoundOrder found)
    {
        var (order, purchase, vend) = (found.Order, found.Sale.Purchase, found.Sale.Vend);
        var waits = found.State is OrderState.Paid or OrderState.Ready;
        return new OrderDetailAnswer(
            new OrderAnswer(
                order.Id.Value, order.Number, WordOf(found.State), order.MachineId.Value, purchase.Amount, purchase.Currency.Code,
                order.CreatedAt, waits ? vend?.Deadline : null),
            [.. found.Lines.Select(l => new OrderLineAnswer(l.Product, l.Name, l.Slot, l.IsByWeight ? "weight" : "piece", l.Quantity, l.UnitPrice, l.Total))],
            vend?.Id.Value, purchase.PaidAt, order.ReadyAt, OrderLife.IsEnd(found.State) ? vend?.SettledAt ?? order.ClosedAt : null);
    }

    private static FieldsException Wrong(string field, string why) =>
        new("query_invalid", new Dictionary<string, string>(StringComparer.Ordinal) { [field] = why });

    private static IEnumerable<string> States => Enum.GetValues<OrderState>().Select(WordOf);

    private static string WordOf(OrderState state) => JsonNamingPolicy.SnakeCaseLower.ConvertName(state.ToString());

    private static OrderState? StateOf(string word) =>
        Enum.GetValues<OrderState>().Cast<OrderState?>().FirstOrDefault(s => WordOf(s!.Value) == word);
}
