using System.Globalization;
using Automat.StripeSandbox.Http;
using Automat.StripeSandbox.Payments;
using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Automat.StripeSandbox.Pages;

/// <summary>What customers see: pay page, payment link, receipt.</summary>
internal sealed class CheckoutPages(Store store, SandboxSettings settings)
{
    private const int LongestTyped = 500;

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/c/pay/{id}", (RequestDelegate)ShowAsync);
        app.MapPost("/c/pay/{id}", (RequestDelegate)PayAsync);
        app.MapGet("/b/{id}", (RequestDelegate)VisitLinkAsync);
        app.MapGet("/c/done", (RequestDelegate)(http => PageAsync(http, 200, PayPage.Message(
            "Thanks for your payment", "Your payment was received. You can close this page."))));
        app.MapGet("/receipts/{id}", (RequestDelegate)ReceiptAsync);
        app.MapGet("/sandbox.css", (RequestDelegate)StyleAsync);
    }

    /// <summary>Answers with a page that may load the style sheet and nothing else.</summary>
    public static async Task PageAsync(HttpContext http, int status, Html page)
    {
        http.Response.StatusCode = status;
        http.Response.ContentType = "text/html; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["Content-Security-Policy"] = "default-src 'none'; style-src 'self'; img-src data:; "
            + "base-uri 'none'; frame-ancestors 'none'; form-action 'self' http: https:";
        http.Response.Headers["X-Content-Type-Options"] = "nosniff";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
        await http.Response.WriteAsync(page.ToString(), http.RequestAborted);
    }

    private static async Task StyleAsync(HttpContext http)
    {
        http.Response.ContentType = "text/css; charset=utf-8";
        await http.Response.WriteAsync(PageLayout.StyleSheet, http.RequestAborted);
    }

    private Task ShowAsync(HttpContext http)
    {
        var id = Id(http);
        var (status, page) = store.Run(tx => tx.Find<CheckoutSession>(id) switch
        {
            null => NotFound(),
            { Status: SessionStatus.Open } open when open.ExpiresAt > tx.Now =>
                (200, PayPage.Form(open, StripeParams.Parse(""), error: null)),
            var closed => (200, PayPage.Closed(closed)),
        });
        return PageAsync(http, status, page);
    }

    private async Task PayAsync(HttpContext http)
    {
        var id = Id(http);
        StripeParams typed;
        try
        {
            typed = StripeParams.Parse(await RequestBody.ReadAsync(http.Request));
            var request = new PayCheckoutRequest(
                Field("email"), Field("card"), Field("method"), Field("account"), null);
            var (status, page, goTo) = store.Run(tx => Pay(tx, id, typed, request));
            if (goTo is null) await PageAsync(http, status, page);
            else SeeOther(http, goTo);
        }
        catch (StripeException refused)
        {
            await PageAsync(http, 400, PayPage.Message("That didn't work", refused.Message));
        }

        string? Field(string name) => typed.Text(name, LongestTyped);
    }

    private (int Status, Html Page, string? GoTo) Pay(
        Transaction tx, string id, StripeParams typed, PayCheckoutRequest request)
    {
        if (tx.Find<CheckoutSession>(id) is not { } session) return (404, NotFound().Page, null);
        if (typed.Text("action") == "cancel" && session.Status is SessionStatus.Open && session.CancelUrl is not null)
        {
            return (303, Html.Empty,
                session.CancelUrl.Replace("{CHECKOUT_SESSION_ID}", session.Id, StringComparison.Ordinal));
        }
        return PayCheckout.Run(tx, settings, session, request) switch
        {
            PayCheckoutResult.Done done => (303, Html.Empty, done.ReturnTo),
            PayCheckoutResult.Refused refused => (402, PayPage.Form(session, typed, refused.Message), null),
            PayCheckoutResult.Closed { Session.Status: SessionStatus.Complete } again =>
                (303, Html.Empty, PayCheckout.Returning(again.Session)),
            PayCheckoutResult.Closed closed => (410, PayPage.Closed(closed.Session), null),
            var other => throw new InvalidOperationException($"Paying cannot end as {other}."),
        };
    }

    private Task ReceiptAsync(HttpContext http)
    {
        var id = Id(http);
        var (status, page) = store.Run(tx => tx.Find<Charge>(id) is { } charge
            ? (200, PayPage.Receipt(charge)) : NotFound());
        return PageAsync(http, status, page);
    }

    private Task VisitLinkAsync(HttpContext http)
    {
        var id = Id(http);
        var query = http.Request.QueryString.Value is { Length: > 1 } written ? written[1..] : "";
        try
        {
            var parameters = StripeParams.Parse(query);
            var link = store.Run(tx => tx.Find<PaymentLink>(id));
            if (link is null) return PageAsync(http, 404, NotFound().Page);
            var session = store.Run(tx => PaymentLinks.Visit(new ApiCall(tx, parameters, id, settings), link));
            if (session is null)
            {
                return PageAsync(http, 410, PayPage.Message("This link is no longer active",
                    link.InactiveMessage ?? "Please ask whoever gave it to you for a new one."));
            }
            SeeOther(http, string.Create(CultureInfo.InvariantCulture, $"/c/pay/{session.Id}"));
            return Task.CompletedTask;
        }
        catch (StripeException refused)
        {
            return PageAsync(http, 400, PayPage.Message("That didn't work", refused.Message));
        }
    }

    private static (int Status, Html Page) NotFound() => (404, PayPage.Message(
        "Nothing here", "The sandbox knows no such checkout. Please start again where you came from."));

    private static void SeeOther(HttpContext http, string address)
    {
        http.Response.StatusCode = 303;
        http.Response.Headers.Location = address;
        http.Response.Headers.CacheControl = "no-store";
    }

    private static string Id(HttpContext http) => (string?)http.Request.RouteValues["id"] ?? "";
}
