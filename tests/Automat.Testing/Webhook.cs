using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Automat.Testing;

/// <summary>Events told by hand, signed as the provider signs them.</summary>
public static class Webhook
{
    /// <summary>Every address under which existing set-ups are told.</summary>
    public static IReadOnlyList<string> Routes { get; } =
        ["/webhooks/stripe", "/api/stripe-webhook", "/addCredit", "/webhook", "/stripe-webhook"];

    /// <summary>The signature header of a body.</summary>
    /// <param name="body">Exactly as sent.</param>
    /// <param name="secret">The webhook secret.</param>
    /// <param name="at">When it is said to be signed.</param>
    public static string Sign(string body, string secret, DateTimeOffset? at = null)
    {
        var time = (at ?? TimeProvider.System.GetUtcNow()).ToUnixTimeSeconds();
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes($"{time}.{body}"));
        return $"t={time},v1={Convert.ToHexStringLower(mac)}";
    }

    /// <summary>Tells an event; without a signature given, with the right one.</summary>
    public static async Task<HttpResponseMessage> TellAsync(
        this HttpClient http, string body, string route = "/webhooks/stripe", string? signature = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, route)
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.TryAddWithoutValidation(
            "Stripe-Signature", signature ?? Sign(body, TestApp.WebhookSecret));
        return await http.SendAsync(request);
    }

    /// <summary>The same event under another id or type, as a provider that tells the same thing in another event.</summary>
    public static string Again(JsonElement original, string id, string? type = null)
    {
        var copy = JsonNode.Parse(original.GetRawText())!;
        copy["id"] = id;
        if (type is not null) copy["type"] = type;
        return copy.ToJsonString();
    }
}
