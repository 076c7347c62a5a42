using Automat.Domain;

namespace Automat.Server.Push;

/// <summary>How far a push has come.</summary>
internal enum PushStatus
{
    /// <summary>To be sent.</summary>
    Waiting,

    /// <summary>The browser's service has taken it.</summary>
    Sent,

    /// <summary>The service refused it for good, or too often.</summary>
    Failed,
}

/// <summary>What a push is about.</summary>
internal enum PushTopic
{
    /// <summary>There is a code to collect with.</summary>
    Code,

    /// <summary>An order is paid, and its code is there.</summary>
    Paid,

    /// <summary>An order can be collected.</summary>
    Ready,

    /// <summary>The goods are with the customer; there is a receipt.</summary>
    Delivered,

    /// <summary>It came to nothing, and nothing was charged.</summary>
    NoCharge,

    /// <summary>It came to nothing, and what was paid goes back.</summary>
    Cancelled,

    /// <summary>Nobody collected it, and what was paid goes back.</summary>
    NotCollected,

    /// <summary>Nobody collected it, and what was paid is credit on the customer's chip, as was said before.</summary>
    Credited,

    /// <summary>Money goes back after the goods were delivered.</summary>
    Refund,
}

/// <summary>A push on its way out. What it says is forgotten once it was sent or given up.</summary>
internal sealed class PushPost
{
    /// <summary>Identity.</summary>
    public required Id<PushPost> Id { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Where it goes.</summary>
    public required Id<PushDevice> DeviceId { get; init; }

    /// <summary>What it is about.</summary>
    public required PushTopic Topic { get; init; }

    /// <summary>The newer of two with the same one takes the older's place, on its way and on the screen.</summary>
    public required string Tag { get; init; }

    /// <summary>What the device is told, as JSON.</summary>
    public required string Content { get; set; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How far it has come.</summary>
    public PushStatus Status { get; set; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is tried next.</summary>
    public required DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>When the service took it.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Why it was not taken the last time.</summary>
    public string? LastError { get; set; }
}
