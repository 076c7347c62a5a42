using System.Text.Json;
using Automat.StripeSandbox.Payments;
using Automat.StripeSandbox.Requests;
using Automat.StripeSandbox.Wire;

namespace Automat.StripeSandbox.Webhooks;

/// <summary>A deleted object's answer.</summary>
internal sealed record Deleted(string Id, string Object)
{
    [System.Text.Json.Serialization.JsonPropertyName("deleted")]
    public bool IsDeleted => true;
}

/// <summary>The API of webhook destinations and events.</summary>
internal static class WebhookEndpoints
{
    /// <summary>The new destination and, this once, its secret.</summary>
    public static object Create(ApiCall call)
    {
        call.Params.Knows("url", "enabled_events", "api_version", "description", "metadata", "connect");
        var url = call.Params.Address("url") ?? throw StripeException.Missing("url");
        var events = call.Params.Words("enabled_events");
        if (events.Count == 0) throw StripeException.Missing("enabled_events");
        if (call.Tx.Shelves.Of<WebhookEndpoint>().Count >= Limits.WebhookEndpoints)
        {
            throw StripeException.Invalid(
                $"You have reached the maximum of {Limits.WebhookEndpoints} test webhook endpoints.");
        }
        var endpoint = call.Tx.Add(new WebhookEndpoint
        {
            Id = Ids.Of("we"),
            ApiVersion = call.Params.Text("api_version"),
            Description = call.Params.Text("description"),
            EnabledEvents = events,
            Metadata = call.Params.Metadata(),
            Signing = "whsec_" + Ids.Letters(32),
            Url = url,
        });
        var shown = JsonSerializer.SerializeToNode(endpoint, WireJson.Wire)!.AsObject();
        shown["secret"] = endpoint.Signing;
        return shown;
    }

    public static WebhookEndpoint Retrieve(ApiCall call) => call.Tx.Get<WebhookEndpoint>(call.Id, "webhook endpoint");

    public static StripeList<WebhookEndpoint> List(ApiCall call) =>
        Listing.Page<WebhookEndpoint>(call, "/v1/webhook_endpoints");

    public static Deleted Delete(ApiCall call)
    {
        var endpoint = Retrieve(call);
        call.Tx.Delete(endpoint);
        return new Deleted(endpoint.Id, endpoint.Object);
    }

    public static StripeEvent RetrieveEvent(ApiCall call) => call.Tx.Get<StripeEvent>(call.Id, "event");

    public static StripeList<StripeEvent> ListEvents(ApiCall call)
    {
        call.Params.Knows("limit", "starting_after", "ending_before", "created", "type", "types", "delivery_success");
        var type = call.Params.Text("type");
        var types = call.Params.Words("types");
        var delivered = call.Params.Flag("delivery_success");
        return Listing.Page<StripeEvent>(call, "/v1/events", one => (type is null || Matches(one.Type, type))
            && (types.Count == 0 || types.Any(wanted => Matches(one.Type, wanted)))
            && (delivered is null || delivered == (one.PendingWebhooks == 0)));
    }

    private static bool Matches(string type, string wanted) => wanted.EndsWith('*')
        ? type.StartsWith(wanted[..^1], StringComparison.Ordinal) : type == wanted;
}
