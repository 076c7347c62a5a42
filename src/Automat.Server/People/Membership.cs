using Automat.Domain;

namespace Automat.Server.People;

/// <summary>Somebody works for an organisation, in one role.</summary>
internal sealed class Membership
{
    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Who.</summary>
    public required Guid PersonId { get; init; }

    /// <summary>As what.</summary>
    public required Role Role { get; set; }

    /// <summary>Since when.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was switched off; nobody works here with a membership that is.</summary>
    public DateTimeOffset? DisabledAt { get; set; }
}
