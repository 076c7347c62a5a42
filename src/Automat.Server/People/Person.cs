using Automat.Domain;
using Microsoft.AspNetCore.Identity;

namespace Automat.Server.People;

/// <summary>Somebody who may sign in.</summary>
internal sealed class Person : IdentityUser<Guid>
{
    /// <summary>The organisation worked for.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>First name, as existing clients show it.</summary>
    public required string FirstName { get; init; }

    /// <summary>Last name, as existing clients show it.</summary>
    public required string LastName { get; init; }

    /// <summary>When something was last done.</summary>
    public DateTimeOffset? LastSeenAt { get; private set; }

    /// <summary>Notes that the person is at work.</summary>
    public void Seen(DateTimeOffset now) => LastSeenAt = now;

    /// <summary>Notes that the person has gone.</summary>
    public void Gone() => LastSeenAt = null;
}
