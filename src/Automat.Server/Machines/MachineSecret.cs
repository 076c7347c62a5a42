using Automat.Domain;

namespace Automat.Server.Machines;

/// <summary>
/// One secret of a machine. It signs with it, so the server must know it again: it is kept encrypted, bound to its machine,
/// and is shown to people only when it is made.
/// </summary>
public sealed class MachineSecret
{
    /// <summary>Identity.</summary>
    public required Id<MachineSecret> Id { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Which machine's.</summary>
    public required MachineId MachineId { get; init; }

    /// <summary>The secret, encrypted for this machine.</summary>
    public required byte[] ProtectedSecret { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Until when it is good; null until a newer one takes its place.</summary>
    public DateTimeOffset? ValidUntil { get; private set; }

    /// <summary>When it was taken back; null when it was not.</summary>
    public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>Whether the machine may sign in with it.</summary>
    public bool IsLive(DateTimeOffset now) => RevokedAt is null && (ValidUntil is null || ValidUntil > now);

    /// <summary>A newer one takes its place; it stays good for a while, never longer than it was.</summary>
    public void Retire(DateTimeOffset until) => ValidUntil = ValidUntil < until ? ValidUntil : until;

    /// <summary>It is good for nothing from now on. Returns whether this was news.</summary>
    public bool Revoke(DateTimeOffset now)
    {
        if (RevokedAt is not null) return false;
        RevokedAt = now;
        return true;
    }
}

/// <summary>A secret that was just made.</summary>
/// <param name="Id">What it is listed by.</param>
/// <param name="Secret">The secret itself: shown now and never again.</param>
public sealed record IssuedSecret(Id<MachineSecret> Id, string Secret);
