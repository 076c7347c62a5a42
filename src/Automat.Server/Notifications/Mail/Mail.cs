using Automat.Domain;

namespace Automat.Server.Notifications.Mail;

/// <summary>How far a mail has come.</summary>
internal enum MailStatus
{
    /// <summary>To be sent; without a mail server it stays so.</summary>
    Waiting,

    /// <summary>The mail server has taken it.</summary>
    Sent,

    /// <summary>The mail server refused it for good, or too often.</summary>
    Failed,
}

/// <summary>A mail on its way out. Its text is forgotten once it was sent: links in it open accounts.</summary>
internal sealed class Mail
{
    /// <summary>Identity.</summary>
    public required Id<Mail> Id { get; init; }

    /// <summary>Who sends it.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The address it goes to.</summary>
    public required string Recipient { get; init; }

    /// <summary>Its subject.</summary>
    public required string Subject { get; init; }

    /// <summary>As plain text.</summary>
    public required string Text { get; set; }

    /// <summary>As HTML.</summary>
    public required string Html { get; set; }

    /// <summary>When it was written.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How far it has come.</summary>
    public MailStatus Status { get; set; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; set; }

    /// <summary>When it is tried next.</summary>
    public required DateTimeOffset NextAttemptAt { get; set; }

    /// <summary>When the mail server took it.</summary>
    public DateTimeOffset? SentAt { get; set; }

    /// <summary>What the mail server said last.</summary>
    public string? LastError { get; set; }
}
