using System.Text;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Automat.Server.Vends;

namespace Automat.Server.Orders;

/// <summary>Sends the moving part of an order's page whenever it moves, until it has ended or the customer goes.</summary>
internal static class OrderEvents
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestLine = TimeSpan.FromMinutes(30);

    // Whoever comes back from the pay page has paid or nearly so: for so long we do not rely on the provider's word alone.
    private static readonly TimeSpan Asking = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Ask = TimeSpan.FromSeconds(4);

    public static void Map(IEndpointRouteBuilder routes) => routes
        .MapGet("/orders/{token}/events", SendAsync).IsPublic("the token of one's own order opens it")
        .RequireRateLimiting(RateLimits.Guessing).WithName("OrderEvents");

    private static async Task SendAsync(
        string token, OrderBook book, Sales sales, Fragments fragments, PublicAddress address, TimeProvider clock, HttpContext context,
        IHostApplicationLifetime life)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, life.ApplicationStopping);
        ending.CancelAfter(LongestLine);
        var ct = ending.Token;
        if (await book.FindAsync(token, ct) is not { } found)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            var (sent, home) = ("", address.For(context.Request));
            var (began, said) = (clock.GetUtcNow(), clock.GetUtcNow());
            while (true)
            {
                var html = await fragments.RenderAsync<OrderProgress>(SayOrder.Of(found, token, home));
                if (html != sent || clock.GetUtcNow() - said > Quiet)
                {
                    await context.Response.WriteAsync(html == sent ? ":\n\n" : EventOf(html), ct);
                    await context.Response.Body.FlushAsync(ct);
                    (sent, said) = (html, clock.GetUtcNow());
                }

                if (OrderLife.IsEnd(found.State)) return;
                if (found.Sale.Vend is { } vend) await sales.WaitForMoveAsync(vend.Id, Look, ct);
                else if (found.Sale.Purchase.SessionId is { } session && clock.GetUtcNow() - began < Asking)
                {
                    await sales.WaitUntilPaidAsync(session, Ask, ct);
                }
                else await Task.Delay(Look, clock, ct);
                found = await book.FindAsync(token, ct) ?? found;
            }
        }
        catch (OperationCanceledException)
        {
            // The customer has gone, or the server is stopping; the page asks again.
        }
    }

    private static string EventOf(string html)
    {
        var text = new StringBuilder();
        foreach (var line in html.AsSpan().EnumerateLines()) text.Append("data: ").Append(line).Append('\n');
        return text.Append('\n').ToString();
    }
}
