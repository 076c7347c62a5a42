using System.Diagnostics;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Automat.StripeSandbox.Misbehaviour;
using Automat.StripeSandbox.Storage;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Webhooks;

/// <summary>Posts one event to one destination and writes down how it went.</summary>
internal sealed class WebhookSender(Store store, FaultSwitches faults, TimeProvider time) : IDisposable
{
    private readonly HttpClient http = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        MaxConnectionsPerServer = 64,
    })
    {
        Timeout = Limits.WebhookTimeout,
        MaxResponseContentBufferSize = 256 * 1024,
    };

    /// <summary>One try.</summary>
    /// <returns>How the delivery stands; waiting means that it is to be tried again.</returns>
    public async Task<(DeliveryStatus Status, int Attempts)> TryAsync(
        string id, TimeSpan giveUpAfter, CancellationToken ct)
    {
        var parts = store.Run(tx =>
        {
            var delivery = tx.Find<Delivery>(id);
            if (delivery is not { Status: DeliveryStatus.Waiting }) return default;
            var happened = tx.Find<StripeEvent>(delivery.Event);
            var endpoint = tx.Find<WebhookEndpoint>(delivery.Endpoint);
            if (happened is null || endpoint is null) return default;
            return (Url: endpoint.Url, Secret: endpoint.Signing, happened.Type,
                Body: JsonSerializer.SerializeToUtf8Bytes(happened, WireJson.Wire));
        });
        if (parts.Body is null)
            return Finish(id, new DeliveryAttempt(Now, 0, 0, "The destination is gone."), giveUp: true);
        if (faults.TakeDrop(parts.Type)) return Drop(id);

        var watch = Stopwatch.StartNew();
        var (status, error) = await PostAsync(parts.Url, parts.Secret, parts.Type, parts.Body, ct);
        var attempt = new DeliveryAttempt(Now, status, watch.ElapsedMilliseconds, error);
        return Finish(id, attempt, giveUp: false, giveUpAfter);
    }

    public void Dispose() => http.Dispose();

    private long Now => time.GetUtcNow().ToUnixTimeMilliseconds();

    private async Task<(int Status, string? Error)> PostAsync(
        string url, string secret, string type, byte[] body, CancellationToken ct)
    {
        var now = faults.Now.Webhooks;
        var active = FaultSwitches.Applies(now, type);
        if (active && now.StripMetadata) body = WithoutMetadata(body);
        if (active && now.BadSignature) secret += "_wrong";
        (int Status, string? Error) last = default;
        for (var copy = 0; copy <= (active ? now.Duplicate : 0); copy++)
            last = await PostOnceAsync(url, secret, body, ct);
        return last;
    }

    private async Task<(int Status, string? Error)> PostOnceAsync(
        string url, string secret, byte[] body, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(body) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
            request.Headers.TryAddWithoutValidation(
                "Stripe-Signature", WebhookSignature.Header(secret, time.GetUtcNow().ToUnixTimeSeconds(), body));
            request.Headers.TryAddWithoutValidation("User-Agent", "Stripe/1.0 (+https://stripe.com/docs/webhooks)");
            using var response = await http.SendAsync(request, ct);
            return ((int)response.StatusCode, response.IsSuccessStatusCode ? null : response.ReasonPhrase);
        }
        catch (Exception failure) when (
            failure is HttpRequestException or TaskCanceledException && !ct.IsCancellationRequested)
        {
            return (0, failure.Message);
        }
    }

    private (DeliveryStatus, int) Finish(
        string id, DeliveryAttempt attempt, bool giveUp, TimeSpan giveUpAfter = default) =>
        store.Run(tx =>
        {
            if (tx.Find<Delivery>(id) is not { } delivery) return (DeliveryStatus.GivenUp, 0);
            delivery.Attempts++;
            if (delivery.Log.Count == Limits.DeliveryLog) delivery.Log.RemoveAt(0);
            delivery.Log.Add(attempt);
            giveUp |= tx.Now - delivery.Created > giveUpAfter.TotalSeconds;
            if (attempt.StatusCode is >= 200 and <= 299) Settle(tx, delivery, DeliveryStatus.Delivered);
            else if (giveUp) Settle(tx, delivery, DeliveryStatus.GivenUp);
            tx.Touch(delivery);
            return (delivery.Status, delivery.Attempts);
        });

    private (DeliveryStatus, int) Drop(string id) => store.Run(tx =>
    {
        var delivery = tx.Find<Delivery>(id)!;
        delivery.Log.Add(new DeliveryAttempt(Now, 0, 0, "Dropped by a switch."));
        Settle(tx, delivery, DeliveryStatus.Dropped);
        tx.Touch(delivery);
        return (delivery.Status, delivery.Attempts);
    });

    private static void Settle(Transaction tx, Delivery delivery, DeliveryStatus status)
    {
        delivery.Status = status;
        if (tx.Find<StripeEvent>(delivery.Event) is not { } happened) return;
        happened.PendingWebhooks--;
        tx.Touch(happened);
    }

    private static byte[] WithoutMetadata(byte[] body)
    {
        var node = JsonNode.Parse(body)!;
        node["data"]!["object"]!["metadata"] = new JsonObject();
        return JsonSerializer.SerializeToUtf8Bytes(node, WireJson.Wire);
    }
}
