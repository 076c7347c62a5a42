using Automat.Domain;

namespace Automat.Server.People;

/// <summary>A link with which somebody joins an organisation, once. Only the hash of its secret part is kept.</summary>
internal sealed class Invitation
{
    /// <summary>How long an invitation by mail can be accepted.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(7);

    /// <summary>How long the first administrator's link works; a restart prints a new one.</summary>
    public static readonly TimeSpan FirstLasts = TimeSpan.FromDays(1);

    /// <summary>Identity.</summary>
    public required Id<Invitation> Id { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Whom it was sent to; null for the first administrator, whose link stands on the console.</summary>
    public string? Email { get; init; }

    /// <summary>As what.</summary>
    public required Role Role { get; init; }

    /// <summary>SHA-256 of the secret part.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>Who invited; null for the first administrator.</summary>
    public Guid? InvitedBy { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when it can be accepted.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was accepted, or taken back: over, one way or the other.</summary>
    public DateTimeOffset? ClosedAt { get; set; }
}
