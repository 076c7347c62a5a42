namespace Automat.StripeSandbox.Misbehaviour;

/// <summary>How the sandbox shall misbehave; everything off is the default.</summary>
internal sealed record Faults
{
    public WebhookFaults Webhooks { get; init; } = new();
    public ApiFaults Api { get; init; } = new();
}

/// <summary>Misbehaviour on the way to the webhook.</summary>
internal sealed record WebhookFaults
{
    /// <summary>Further copies sent of each event.</summary>
    public int Duplicate { get; init; }

    /// <summary>Wait before the first try, in milliseconds.</summary>
    public int DelayMs { get; init; }

    /// <summary>Gather this many events and send them last first; 0 or 1: off.</summary>
    public int Reorder { get; init; }

    /// <summary>Lose the next so many events for good.</summary>
    public int DropNext { get; init; }

    /// <summary>Lose all events.</summary>
    public bool DropAll { get; init; }

    /// <summary>Sign with a wrong secret.</summary>
    public bool BadSignature { get; init; }

    /// <summary>Send the object without its metadata.</summary>
    public bool StripMetadata { get; init; }

    /// <summary>Only events whose type begins with this; null: all.</summary>
    public string? Only { get; init; }
}

/// <summary>Misbehaviour of the API.</summary>
internal sealed record ApiFaults
{
    /// <summary>Refuse the next so many calls before anything is done.</summary>
    public int FailNext { get; init; }

    /// <summary>The status of those refusals: 409, 429 or 5xx.</summary>
    public int FailStatus { get; init; } = 500;

    /// <summary>Let the next so many calls hang until the caller gives up; nothing is done.</summary>
    public int TimeoutNext { get; init; }

    /// <summary>Do the next so many calls and then cut the connection instead of answering.</summary>
    public int LoseAnswerNext { get; init; }

    /// <summary>Wait before each call is done, in milliseconds.</summary>
    public int LatencyMs { get; init; }

    /// <summary>Refuse amounts below Stripe's least.</summary>
    public bool EnforceMinimumAmount { get; init; }

    /// <summary>Only calls whose method and path contain this, such as <c>POST /v1/refunds</c>; null: all.</summary>
    public string? Only { get; init; }
}
