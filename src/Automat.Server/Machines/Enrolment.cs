using Automat.Domain;

namespace Automat.Server.Machines;

/// <summary>
/// A code somebody types at a machine, once, so that it can fetch its id and a secret. Only the hash is kept; a newer code
/// ends an older one.
/// </summary>
internal sealed class Enrolment
{
    /// <summary>Identity.</summary>
    public required Id<Enrolment> Id { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The machine that is to enrol.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>SHA-256 of the code.</summary>
    public required byte[] CodeHash { get; init; }

    /// <summary>Who made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>After this it is good for nothing.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }

    /// <summary>When it was used, or ended by a newer one; null while it is good.</summary>
    public DateTimeOffset? EndedAt { get; private set; }

    /// <summary>It is used up. Whoever saves this first has used it.</summary>
    public void End(DateTimeOffset now) => EndedAt = now;
}
