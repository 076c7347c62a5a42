using System.Globalization;
using System.Text;
using Automat.Server.Machines;
using Automat.Server.Payments;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Automat.Server.Vends;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Counter;

/// <summary>A purchase, followed live; the token in its address is the only key to it.</summary>
internal static class VendPages
{
    private const int LongestSession = 200;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestLine = TimeSpan.FromMinutes(30);

    // Whoever comes back from the pay page has paid or nearly so: for so long we do not rely on the provider's word alone.
    private static readonly TimeSpan Asking = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Ask = TimeSpan.FromSeconds(4);

    public static void Map(IEndpointRouteBuilder routes)
    {
        var vends = routes.MapGroup("/vends").IsPublic("the token of one's own purchase opens it").RequireRateLimiting(RateLimits.Guessing);
        vends.MapGet("/{token}", PageAsync).WithName("Vend");
        vends.MapGet("/{token}/events", EventsAsync).WithName("VendEvents");
        routes.MapGet("/vends/{token}/debt", PayDebtAsync).IsPublic("the token of one's own purchase opens it")
            .RequireRateLimiting(RateLimits.Buying).WithName("PayDebt");

        // Where the pay pages of existing shops lead; their own pages are not served here.
        routes.MapGet("/pages/paymentCode.html", (string? session_id) =>
            session_id is { Length: > 0 and <= LongestSession } ? Results.Redirect($"/vends/{Uri.EscapeDataString(session_id)}") : Results.Redirect("/"))
            .IsPublic("the token of one's own purchase opens it").WithName("PaymentCode");
        routes.MapGet("/pages/paymentError.html", () => Results.Redirect("/")).IsPublic("the token of one's own purchase opens it").WithName("PaymentError");
    }

    private static async Task<IResult> PageAsync(
        string token, Sales sales, MachineDirectory machines, HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store"; // as forms want it
        var view = await ViewAsync(token, sales, machines, ct);
        if (view is null && token.StartsWith("cs_", StringComparison.Ordinal) && token.Length <= LongestSession)
        {
            // Paid at a printed link, and faster here than the provider's webhook: ask instead of knowing nothing.
            await sales.AskAsync(token, ct);
            view = await ViewAsync(token, sales, machines, ct);
        }

        return view is not null
            ? Pages.Show<VendPage>(view)
            : MachinePages.Missing();
    }

    /// <summary>Leads to a page on which what is still owed is paid; back to the purchase where nothing is.</summary>
    private static async Task<IResult> PayDebtAsync(
        string token, Sales sales, DebtDesk debts, MachineDirectory machines, PublicAddress address, HttpContext context,
        IStringLocalizer<Storefront.Texts> texts, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        if (await sales.FindAsync(token, ct) is not { } sale) return MachinePages.Missing();
        var machine = await machines.GetAsync(sale.Purchase.MachineId, ct);
        var home = $"{address.For(context.Request)}/vends/{Uri.EscapeDataString(token)}";
        try
        {
            var page = await debts.OpenAsync(
                sale, texts[Wording.OwedLine, machine.Name],
                new ReturnAddresses(home, home, CultureInfo.CurrentUICulture.TwoLetterISOLanguageName), ct);
            return context.SeeOther(page ?? home);
        }
        catch (ProviderException)
        {
            return Pages.Show<ProblemPage>(new ProblemView(503), StatusCodes.Status503ServiceUnavailable);
        }
    }

    private static async Task<VendView?> ViewAsync(
        string token, Sales sales, MachineDirectory machines, CancellationToken ct) =>
        await sales.FindAsync(token, ct) is { } sale
            ? SaleViews.Of(sale, await machines.GetAsync(sale.Purchase.MachineId, ct), token)
            : null;

    private static async Task EventsAsync(
        string token, Sales sales, MachineDirectory machines, Fragments fragments, TimeProvider clock, HttpContext context,
        IHostApplicationLifetime life)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, life.ApplicationStopping);
        ending.CancelAfter(LongestLine);
        var ct = ending.Token;
        if (await ViewAsync(token, sales, machines, ct) is not { } view)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = "text/event-stream";
        context.Response.Headers.CacheControl = "no-cache, no-store";
        context.Response.Headers["X-Accel-Buffering"] = "no";
        try
        {
            var sent = "";
            var (began, said) = (clock.GetUtcNow(), clock.GetUtcNow());
            while (true)
            {
                var html = await fragments.RenderAsync<VendProgress>(view);
                var quiet = clock.GetUtcNow() - said > TimeSpan.FromSeconds(15);
                if (html != sent || quiet)
                {
                    await context.Response.WriteAsync(html == sent ? ":\n\n" : Event(html), ct);
                    await context.Response.Body.FlushAsync(ct);
                    (sent, said) = (html, clock.GetUtcNow());
                }

                if (view.IsFinal) return;
                var sale = await sales.FindAsync(token, ct);
                if (sale?.Vend is { } vend) await sales.WaitForMoveAsync(vend.Id, Look, ct);
                else if (sale?.Purchase.SessionId is { } session && clock.GetUtcNow() - began < Asking)
                {
                    await sales.WaitUntilPaidAsync(session, Ask, ct);
                }
                else await Task.Delay(Look, clock, ct);
                view = await ViewAsync(token, sales, machines, ct) ?? view;
            }
        }
        catch (OperationCanceledException)
        {
            // The customer has gone, or the server is stopping; the page asks again.
        }
    }

    private static string Event(string html)
    {
        var text = new StringBuilder();
        foreach (var line in html.AsSpan().EnumerateLines()) text.Append("data: ").Append(line).Append('\n');
        return text.Append('\n').ToString();
    }
}
