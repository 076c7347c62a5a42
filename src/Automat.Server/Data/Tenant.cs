using Automat.Domain;

namespace Automat.Server.Data;

/// <summary>
/// Whose rows the work at hand may see. Every scope begins with nobody's: a request enters the organisation of whoever
/// signed in, a worker names one, and only work that says why may look across.
/// </summary>
public sealed class Tenant
{
    private Id<Organization>? entered;

    /// <summary>The organisation whose rows can be seen; none of any when nobody's.</summary>
    public Id<Organization> Organization => entered ?? default;

    /// <summary>Whether an organisation was entered.</summary>
    public bool HasEntered => entered is not null;

    /// <summary>Why rows of all organisations can be seen; null when they cannot.</summary>
    public string? Across { get; private init; }

    /// <summary>Sees the rows of all organisations.</summary>
    /// <param name="reason">Why, in a short constant phrase.</param>
    internal static Tenant Everybody(string reason) => new() { Across = reason };

    /// <summary>From here on the rows of this organisation can be seen. Entering the same one again changes nothing.</summary>
    /// <exception cref="InvalidOperationException">Another one was entered before: that takes a scope of its own.</exception>
    public void Enter(Id<Organization> organization)
    {
        if (Across is not null) return;
        if (entered is { } before && before != organization)
        {
            throw new InvalidOperationException("This work belongs to another organisation already.");
        }

        entered = organization;
    }
}
