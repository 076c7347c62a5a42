using System.Text.Json;

namespace Automat.StripeSandbox.Wire;

/// <summary>What happened, with the object as it was in that moment.</summary>
internal sealed class StripeEvent : StripeObject
{
    public override string Object => "event";
    public string? ApiVersion { get; set; }
    public EventData Data { get; set; } = new(default);
    public bool Livemode => false;
    public long PendingWebhooks { get; set; }
    public EventRequest? Request { get; set; }
    public string Type { get; set; } = "";

    /// <summary>Events of one payment share it; they are sent one after the other, in order.</summary>
    [SandboxOnly]
    public string Lane { get; set; } = "";
}

internal sealed record EventData(JsonElement Object);

internal sealed record EventRequest(string? Id, string? IdempotencyKey);

internal sealed class WebhookEndpoint : StripeObject
{
    public override string Object => "webhook_endpoint";
    public string? ApiVersion { get; set; }
    public string? Application => null;
    public string? Description { get; set; }
    public IReadOnlyList<string> EnabledEvents { get; set; } = ["*"];
    public bool Livemode => false;
    public Dictionary<string, string> Metadata { get; set; } = [];
    public string Status { get; set; } = "enabled";
    public string Url { get; set; } = "";

    [SandboxOnly]
    public string Signing { get; set; } = "";

    internal bool Wants(string type) => Status == "enabled"
        && (EnabledEvents.Contains("*") || EnabledEvents.Contains(type));
}

internal enum DeliveryStatus { Waiting, Delivered, Dropped, GivenUp }

/// <summary>One event on its way to one endpoint, with all that was tried.</summary>
internal sealed class Delivery : StripeObject
{
    public override string Object => "sandbox.delivery";
    public string Event { get; set; } = "";
    public string EventType { get; set; } = "";
    public string Endpoint { get; set; } = "";
    public string Lane { get; set; } = "";
    public DeliveryStatus Status { get; set; }
    public int Attempts { get; set; }
    public List<DeliveryAttempt> Log { get; set; } = [];
}

/// <summary>One try: Unix milliseconds, the status answered (0: none), what went wrong.</summary>
internal sealed record DeliveryAttempt(long At, int StatusCode, long Milliseconds, string? Error);
