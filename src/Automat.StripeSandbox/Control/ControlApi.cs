using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Text.Json;
using Automat.StripeSandbox.Http;
using Automat.StripeSandbox.Misbehaviour;
using Automat.StripeSandbox.Pages;
using Automat.StripeSandbox.Payments;
using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Webhooks;
using Automat.StripeSandbox.Wire;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Automat.StripeSandbox.Control;

/// <summary>
/// <c>/_sandbox</c>: what a customer, a bank, a dashboard or bad luck would do, for tests and for people. Only from
/// this machine, and no key needed.
/// </summary>
internal sealed class ControlApi(
    Store store, SandboxSettings settings, FaultSwitches faults, WebhookDispatcher dispatcher)
{
    private const int DefaultState = 1_000;
    private const int LargestState = 100_000;

    public void Map(IEndpointRouteBuilder app)
    {
        Get(app, "", ShowAsync);
        Get(app, "/state", StateAsync);
        Get(app, "/faults", http => JsonAsync(http, 200, faults.Now));
        app.MapPut("/_sandbox/faults", Guarded(SetFaultsAsync));
        Post(app, "/checkout/sessions/{id}/pay", PayAsync);
        Change<CheckoutSession>(app, "/checkout/sessions/{id}/expire", (tx, session, _) =>
        {
            if (session.Status is SessionStatus.Open) CheckoutSessions.Expire(tx, session);
            return session;
        });
        Change<CheckoutSession>(app, "/checkout/sessions/{id}/succeed",
            (tx, session, _) => Settle(tx, session, paid: true));
        Change<CheckoutSession>(app, "/checkout/sessions/{id}/fail",
            (tx, session, _) => Settle(tx, session, paid: false));
        Change<PaymentIntent>(app, "/payment_intents/{id}/succeed", (tx, intent, _) => Settle(tx, intent, paid: true));
        Change<PaymentIntent>(app, "/payment_intents/{id}/fail", (tx, intent, _) => Settle(tx, intent, paid: false));
        Change<PaymentIntent>(app, "/payment_intents/{id}/lapse", Lapse);
        Change<Charge>(app, "/charges/{id}/refund", Refund);
        Change<Charge>(app, "/charges/{id}/dispute", (tx, charge, body) =>
            Disputes.Open(tx, charge, Word(body, "reason") ?? "fraudulent"));
        Change<Dispute>(app, "/disputes/{id}/win", (tx, dispute, _) => Disputes.Close(tx, dispute, won: true));
        Change<Dispute>(app, "/disputes/{id}/lose", (tx, dispute, _) => Disputes.Close(tx, dispute, won: false));
        Change<Refund>(app, "/refunds/{id}/succeed", (tx, refund, _) => Arrive(tx, refund));
        Change<Refund>(app, "/refunds/{id}/fail", (tx, refund, _) => Return(tx, refund));
        Change<StripeEvent>(app, "/events/{id}/resend", Resend);
        Post(app, "/webhooks/pause", http => PauseAsync(http, pause: true));
        Post(app, "/webhooks/resume", http => PauseAsync(http, pause: false));
        Post(app, "/webhooks/deliver", DeliverAsync);
    }

    private void Get(IEndpointRouteBuilder app, string path, RequestDelegate serve) =>
        app.MapGet("/_sandbox" + path, Guarded(serve));

    private void Post(IEndpointRouteBuilder app, string path, RequestDelegate serve) =>
        app.MapPost("/_sandbox" + path, Guarded(serve));

    private void Change<T>(IEndpointRouteBuilder app, string path, Func<Transaction, T, JsonElement, object> change)
        where T : StripeObject => Post(app, path, async http =>
    {
        var id = (string)http.Request.RouteValues["id"]!;
        var body = await BodyAsync(http);
        var bytes = store.Run(tx => Renderer.Render(
            tx.Shelves, change(tx, tx.Get<T>(id, ObjectKinds.NameOf<T>()), body), []));
        await AnswerAsync(http, 200, bytes);
    });

    private static RequestDelegate Guarded(RequestDelegate serve) => async http =>
    {
        if (http.Connection.RemoteIpAddress is not { } address || !IPAddress.IsLoopback(address))
        {
            http.Response.StatusCode = 403;
            return;
        }
        try
        {
            await serve(http);
        }
        catch (StripeException error)
        {
            await JsonAsync(http, error.Status, error.Body(""));
        }
        catch (Exception error) when (error is JsonException or ValidationException)
        {
            await JsonAsync(http, 400, StripeException.Invalid(error.Message).Body(""));
        }
    };

    private Task ShowAsync(HttpContext http)
    {
        var page = store.Run(tx => OverviewPage.Show(tx.Shelves, dispatcher.Paused, dispatcher.Backlog));
        return CheckoutPages.PageAsync(http, 200, page);
    }

    private Task StateAsync(HttpContext http)
    {
        var most = int.TryParse(http.Request.Query["limit"], out var asked) ? asked : DefaultState;
        var bytes = store.Run(tx => JsonSerializer.SerializeToUtf8Bytes(
            SandboxState.Of(tx.Shelves, Math.Clamp(most, 1, LargestState)), WireJson.Wire));
        return AnswerAsync(http, 200, bytes);
    }

    private async Task SetFaultsAsync(HttpContext http)
    {
        var next = (await BodyAsync(http)).Deserialize<Faults>(StrictJson)
            ?? throw new JsonException("An object is needed.");
        faults.Set(next);
        await JsonAsync(http, 200, faults.Now);
    }

    private async Task PayAsync(HttpContext http)
    {
        var id = (string)http.Request.RouteValues["id"]!;
        var body = await BodyAsync(http);
        var request = new PayCheckoutRequest(
            Word(body, "email"), Word(body, "card"), Word(body, "method"), Word(body, "account"), Word(body, "name"));
        var (status, bytes) = store.Run(tx =>
        {
            var session = tx.Get<CheckoutSession>(id, "checkout.session");
            return PayCheckout.Run(tx, settings, session, request) switch
            {
                PayCheckoutResult.Done => (200, Renderer.Render(tx.Shelves, session, [])),
                PayCheckoutResult.Refused refused => (402, Error(402, "card_error", refused.Message, refused.Code)),
                _ => (400, Error(400, "invalid_request_error", $"The session is {session.Status}.", "session_closed")),
            };
        });
        await AnswerAsync(http, status, bytes);
    }

    private object Refund(Transaction tx, Charge charge, JsonElement body)
    {
        var amount = body.ValueKind is JsonValueKind.Object && body.TryGetProperty("amount", out var given)
            ? $"&amount={given}" : "";
        var parameters = StripeParams.Parse($"charge={charge.Id}{amount}");
        return Refunds.Create(new ApiCall(tx, parameters, "", settings));
    }

    private static CheckoutSession Settle(Transaction tx, CheckoutSession session, bool paid)
    {
        if (session.PaymentIntent is null || tx.Find<PaymentIntent>(session.PaymentIntent) is not { } intent)
            throw StripeException.Invalid($"Session {session.Id} has no payment.");
        Deadlines.Settle(tx, intent, paid);
        return session;
    }

    private static PaymentIntent Settle(Transaction tx, PaymentIntent intent, bool paid)
    {
        Deadlines.Settle(tx, intent, paid);
        return intent;
    }

    private static object Lapse(Transaction tx, PaymentIntent intent, JsonElement body)
    {
        if (intent.Status is not IntentStatus.RequiresCapture)
            throw StripeException.Invalid($"Payment {intent.Id} holds nothing.");
        Charging.Cancel(tx, intent, "automatic");
        return intent;
    }

    private static Refund Arrive(Transaction tx, Refund refund)
    {
        if (refund.Status is not RefundStatus.Pending)
            throw StripeException.Invalid($"Refund {refund.Id} is not pending.");
        Refunds.Succeed(tx, refund);
        return refund;
    }

    private static Refund Return(Transaction tx, Refund refund)
    {
        if (refund.Status is not (RefundStatus.Pending or RefundStatus.Succeeded))
            throw StripeException.Invalid($"Refund {refund.Id} has already ended.");
        Refunds.Fail(tx, refund);
        return refund;
    }

    private static object Resend(Transaction tx, StripeEvent happened, JsonElement body)
    {
        foreach (var endpoint in tx.Shelves.Newest<WebhookEndpoint>()) tx.Send(happened, endpoint);
        return happened;
    }

    private Task PauseAsync(HttpContext http, bool pause)
    {
        dispatcher.Paused = pause;
        return DoneAsync(http);
    }

    private async Task DeliverAsync(HttpContext http)
    {
        await dispatcher.DeliverNowAsync(http.RequestAborted);
        await DoneAsync(http);
    }

    private Task DoneAsync(HttpContext http) =>
        JsonAsync(http, 200, new { dispatcher.Paused, dispatcher.Backlog });

    private static string? Word(JsonElement body, string name) => body.ValueKind is JsonValueKind.Object
        && body.TryGetProperty(name, out var word) && word.ValueKind is JsonValueKind.String ? word.GetString() : null;

    /// <summary>The JSON sent, nothing when there is none; a button on the overview sends an empty form.</summary>
    private static async Task<JsonElement> BodyAsync(HttpContext http)
    {
        if (http.Request.ContentLength is 0 || http.Request.HasFormContentType) return default;
        if (http.Request.ContentLength > Limits.BodyBytes) throw new JsonException("Too long.");
        var body = new MemoryStream();
        await http.Request.Body.CopyToAsync(body, http.RequestAborted);
        return body.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(body.ToArray());
    }

    private static byte[] Error(int status, string type, string message, string code) =>
        JsonSerializer.SerializeToUtf8Bytes(
            new StripeException(status, type, message) { Code = code }.Body(""), WireJson.Wire);

    private static Task JsonAsync(HttpContext http, int status, object answer) =>
        AnswerAsync(http, status, JsonSerializer.SerializeToUtf8Bytes(answer, answer.GetType(), WireJson.Wire));

    /// <summary>JSON, or for a button on the overview the way back to it.</summary>
    private static async Task AnswerAsync(HttpContext http, int status, byte[] json)
    {
        if (HttpMethods.IsPost(http.Request.Method) && http.Request.HasFormContentType && status == 200)
        {
            http.Response.StatusCode = 303;
            http.Response.Headers.Location = "/_sandbox";
            return;
        }
        http.Response.StatusCode = status;
        http.Response.ContentType = "application/json";
        await http.Response.Body.WriteAsync(json, http.RequestAborted);
    }

    private static readonly JsonSerializerOptions StrictJson = new(WireJson.Wire)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow,
    };
}
