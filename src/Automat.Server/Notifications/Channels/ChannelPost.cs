using Automat.Domain;

namespace Automat.Server.Notifications.Channels;

/// <summary>How far a post has come.</summary>
internal enum PostStatus
{
    /// <summary>To be sent.</summary>
    Waiting,

    /// <summary>The other side has taken it.</summary>
    Sent,

    /// <summary>The other side refused it for good, or too often.</summary>
    Failed,
}

/// <summary>A post on its way out. Its text is forgotten once it was sent.</summary>
internal sealed class ChannelPost
{
    /// <summary>Identity.</summary>
    public required Id<ChannelPost> Id { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>What it is about.</summary>
    public required ChannelTopic Topic { get; init; }

    /// <summary>What it says, harmless already.</summary>
    public required string Text { get; set; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How far it has come.</summary>
    public PostStatus Status { get; set; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is tried next.</summary>
    public required DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>When the other side took it.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>Why it was not taken the last time.</summary>
    public string? LastError { get; set; }
}
