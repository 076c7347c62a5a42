using Automat.Domain;
using Automat.Server.Platform;

namespace Automat.Server.Payments;

/// <summary>Whose provider account this server is connected to.</summary>
/// <param name="Organization">The organisation its payments are booked for.</param>
public sealed record PaymentAccount(Id<Organization> Organization);

/// <summary>
/// Where the provider tells us what happened: our own address, and those that existing set-ups use, each with the answers its
/// set-up knows. 2xx means it is stored; whatever could not be stored is never answered 2xx, so that it is told again.
/// </summary>
internal static class Webhooks
{
    private const long LargestEvent = 1024 * 1024;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var own = new Answers(
            Results.Ok(), Text("Invalid payload"), Text("Invalid signature"),
            Text("No webhook secret is configured", 500));
        Map(routes, "/webhooks/stripe", own);
        Map(routes, "/api/stripe-webhook", new Answers(
            Results.Json(new { }), Error("Invalid payload"), Error("Invalid signature"),
            Error("STRIPE_WEBHOOK_SECRET is not configured", 500)));
        Map(routes, "/addCredit", own);
        Map(routes, "/webhook", own);
        Map(routes, "/stripe-webhook", new Answers(
            Results.Text("Success"), Text("Invalid payload received."), Text("Invalid signature."),
            Text("An error occurred.", 500)));
    }

    private static void Map(IEndpointRouteBuilder routes, string path, Answers answers) => routes
        .MapPost(path, (HttpContext context, IPaymentProvider provider, Inbox inbox, PaymentAccount account,
            TimeProvider clock, CancellationToken ct) => ReceiveAsync(context, provider, inbox, account, clock, answers, ct))
        .ChecksItself("the provider's signature")
        .DisableAntiforgery().WithName("Webhook" + path.Replace('/', '-')).ExcludeFromDescription();

    private static async Task<IResult> ReceiveAsync(
        HttpContext context, IPaymentProvider provider, Inbox inbox, PaymentAccount account, TimeProvider clock,
        Answers answers, CancellationToken ct)
    {
        if (context.Request.ContentLength > LargestEvent) return answers.InvalidPayload;
        using var body = new MemoryStream((int)(context.Request.ContentLength ?? 8192));
        await context.Request.Body.CopyToAsync(body, ct);
        var bytes = body.GetBuffer().AsMemory(0, (int)body.Length);
        var signature = context.Request.Headers["Stripe-Signature"] is [{ } one] ? one : null;
        switch (provider.ParseWebhook(bytes, signature, clock.GetUtcNow()))
        {
            case WebhookReading.Received received:
                await inbox.ReceiveAsync(account.Organization, provider.Name, received.Event, bytes, ct);
                Steps.Passed("webhook.stored");
                return answers.Stored;
            case WebhookReading.InvalidSignature:
                return answers.InvalidSignature;
            case WebhookReading.NotConfigured:
                return answers.NotConfigured;
            default:
                return answers.InvalidPayload;
        }
    }

    private static IResult Text(string text, int status = 400) => Results.Text(text, statusCode: status);

    private static IResult Error(string text, int status = 400) => Results.Json(new { error = text }, statusCode: status);

    private sealed record Answers(IResult Stored, IResult InvalidPayload, IResult InvalidSignature, IResult NotConfigured);
}
