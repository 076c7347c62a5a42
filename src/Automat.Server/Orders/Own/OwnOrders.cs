using System.Globalization;
using Automat.Domain;
using Automat.Server.Customers;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Orders.Own;

/// <summary>
/// The orders in a customer's account, newest first. Those paid with the account's confirmed address belong there by
/// themselves; any other one is added by whoever has its link.
/// </summary>
internal sealed class OwnOrders(AutomatDb db, OrderBook book)
{
    private const string Address = "/me/orders";
    private const int PageLength = 20;
    private const int MostPages = 200;

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (string? page, string? done, HttpContext context, OwnOrders own, CancellationToken ct) =>
                own.ShowAsync(page, done, context, ct))
            .ForCustomers().ExcludeFromDescription();
        routes.MapForm(Address + "/keep/{token}", (string token, HttpContext context, OwnOrders own, CancellationToken ct) =>
                own.KeepAsync(token, context, ct))
            .ForCustomers().RequireRateLimiting(RateLimits.Guessing).ExcludeFromDescription();
    }

    private async Task<IResult> ShowAsync(string? page, string? done, HttpContext context, CancellationToken ct)
    {
        var customer = context.Customer();
        // An index leads from the address to its payments; the tenant's policy would hide it from a plain query.
        await db.Database.ExecuteSqlAsync($"select claim_guest_orders({customer.Id.Value}, {customer.Email})", ct);
        var number = int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? Math.Clamp(typed, 1, MostPages) : 1;
        var rows = await (from order in db.Set<Order>().AsNoTracking()
                          join purchase in db.Set<Purchase>().AsNoTracking() on order.PurchaseId equals purchase.Id
                          join place in db.Set<Machine>().AsNoTracking() on order.MachineId equals place.Id
                          where order.CustomerId == customer.Id
                          orderby order.CreatedAt descending, order.Id descending
                          select new { Order = order, purchase.Amount, purchase.Currency, purchase.VendId, Place = place.Name })
            .Skip((number - 1) * PageLength).Take(PageLength + 1).ToListAsync(ct);
        return Pages.Show<OwnOrdersPage>(new OwnOrdersView(
            [
                .. rows.Take(PageLength).Select(r => new OwnOrderView(
                    r.Order.Number, r.Order.State, r.Place, new Amount(r.Amount, r.Currency.Code), r.Order.CreatedAt, book.TokenOf(r.Order))
                {
                    HasReceipt = r.VendId is not null,
                }),
            ],
            number)
        {
            HasMore = rows.Count > PageLength && number < MostPages,
            Done = done is "kept" ? "Own.Kept" : null,
        });
    }

    /// <summary>An order that is in an account already stays there.</summary>
    private async Task<IResult> KeepAsync(string token, HttpContext context, CancellationToken ct)
    {
        var customer = context.Customer();
        if (await book.FindAsync(token, ct) is not { } found || found.Order.OrganizationId != customer.Organization)
            return Pages.Show<ProblemPage>(new ProblemView(404), StatusCodes.Status404NotFound);
        var (id, owner) = (found.Order.Id, (Id<Customer>?)customer.Id);
        await db.Set<Order>().Where(o => o.Id == id && o.CustomerId == null)
            .ExecuteUpdateAsync(set => set.SetProperty(o => o.CustomerId, owner), ct);
        return context.SeeOther($"{Address}?done=kept");
    }
}
