using Microsoft.AspNetCore.Identity;

namespace Automat.Server.People;

/// <summary>Somebody who may sign in. What they may do, and where, their memberships say.</summary>
internal sealed class Person : IdentityUser<Guid>
{
    /// <summary>First name, as existing clients show it.</summary>
    public required string FirstName { get; set; }

    /// <summary>Last name, as existing clients show it.</summary>
    public required string LastName { get; set; }

    /// <summary>Looks after all organisations of this server.</summary>
    public bool IsPlatformAdministrator { get; init; }

    /// <summary>When something was last done.</summary>
    public DateTimeOffset? LastSeenAt { get; private set; }

    /// <summary>The time step of the last authenticator code that was taken: no code counts twice.</summary>
    public long LastCodeStep { get; private set; }

    /// <summary>Both names, for pages.</summary>
    public string FullName => $"{FirstName} {LastName}".Trim();

    /// <summary>Notes that the person is at work.</summary>
    public void Seen(DateTimeOffset now) => LastSeenAt = now;

    /// <summary>Notes that the person has gone.</summary>
    public void Gone() => LastSeenAt = null;

    /// <summary>Uses an authenticator code up; false when it, or a later one, was used before.</summary>
    public bool UseCode(long step)
    {
        if (step <= LastCodeStep) return false;
        LastCodeStep = step;
        return true;
    }
}
