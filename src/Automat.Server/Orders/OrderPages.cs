using Automat.Server.Customers;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Automat.Server.Vends;
using Microsoft.AspNetCore.Http.HttpResults;

namespace Automat.Server.Orders;

/// <summary>The customer's page of an order; the token in its address is the only key to it.</summary>
internal sealed class OrderPages(
    OrderBook book, Sales sales, GiveUpOrder giveUp, CallOrder call, IPaymentProvider provider, PublicAddress address, CurrentCustomer customers)
{
    private const string Address = "/orders/{token}";

    private const string Why = "the token of one's own order opens it";

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (string token, string? from, OrderPages pages, HttpContext context, CancellationToken ct) =>
            pages.ShowAsync(token, from, context, ct)).IsPublic(Why).RequireRateLimiting(RateLimits.Guessing).WithName("Order");
        routes.MapGet(Address + "/pay", (string token, OrderPages pages, HttpContext context, CancellationToken ct) =>
            pages.PayAsync(token, context, ct)).IsPublic(Why).RequireRateLimiting(RateLimits.Buying).WithName("PayOrder");
        routes.MapForm(Address + "/cancel", (string token, OrderPages pages, HttpContext context, CancellationToken ct) =>
            pages.CancelAsync(token, context, ct)).IsPublic(Why).RequireRateLimiting(RateLimits.Buying).WithName("CancelOrder");
        routes.MapForm(Address + "/here", (string token, OrderPages pages, HttpContext context, CancellationToken ct) =>
            pages.CallAsync(token, context, ct)).IsPublic(Why).RequireRateLimiting(RateLimits.Claiming).WithName("CallOrder");
    }

    public static RazorComponentResult<ProblemPage> Missing() =>
        Pages.Show<ProblemPage>(new ProblemView(404), StatusCodes.Status404NotFound);

    private async Task<IResult> ShowAsync(string token, string? from, HttpContext context, CancellationToken ct)
    {
        if (await book.FindAsync(token, ct) is not { } found) return Missing();
        if (from == "pay" && found is { State: OrderState.AwaitingPayment, Sale.Purchase.SessionId: { } session })
        {
            // Back from the pay page, and faster than the provider's webhook: ask instead of knowing nothing.
            await sales.AskAsync(session, ct);
            found = await book.FindAsync(token, ct) ?? found;
        }

        return Pages.Show<OrderPage>(await ViewAsync(found, token, context, ct));
    }

    private async Task<IResult> PayAsync(string token, HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-store";
        if (await book.FindAsync(token, ct) is not { } found) return Missing();
        var back = $"/orders/{Uri.EscapeDataString(token)}";
        if (found is not { State: OrderState.AwaitingPayment, Sale.Purchase.SessionId: { } session }) return context.SeeOther(back);
        try
        {
            return context.SeeOther((await provider.FindCheckoutAsync(session, ct))?.Url ?? back);
        }
        catch (ProviderException)
        {
            return Pages.Show<ProblemPage>(new ProblemView(503), StatusCodes.Status503ServiceUnavailable);
        }
    }

    private async Task<IResult> CallAsync(string token, HttpContext context, CancellationToken ct)
    {
        if (await book.FindAsync(token, ct) is not { } found) return Missing();
        return await call.RunAsync(found, ct)
            ? context.SeeOther($"/orders/{Uri.EscapeDataString(token)}")
            : Pages.Show<OrderPage>(
                await ViewAsync(found, token, context, ct) with { WasOutOfReach = true },
                StatusCodes.Status503ServiceUnavailable);
    }

    private async Task<IResult> CancelAsync(string token, HttpContext context, CancellationToken ct)
    {
        if (await book.FindAsync(token, ct) is not { } found) return Missing();
        try
        {
            if (await giveUp.RunAsync(found, ct)) return context.SeeOther($"/orders/{Uri.EscapeDataString(token)}");
        }
        catch (ProviderException)
        {
            return Pages.Show<ProblemPage>(new ProblemView(503), StatusCodes.Status503ServiceUnavailable);
        }

        found = await book.FindAsync(token, ct) ?? found;
        return Pages.Show<OrderPage>(
            await ViewAsync(found, token, context, ct) with { WasTooLate = found.State is not OrderState.Cancelled },
            StatusCodes.Status409Conflict);
    }

    private async Task<OrderView> ViewAsync(FoundOrder found, string token, HttpContext context, CancellationToken ct) =>
        SayOrder.Of(found, token, address.For(context.Request)) with
        {
            MayKeep = found.Order.CustomerId is null,
            IsSignedIn = await customers.FindAsync(context, ct) is not null,
        };
}
