using System.Net;

namespace Automat.Server.Data;

/// <summary>What kind of somebody does something.</summary>
public enum ActorKind
{
    /// <summary>Somebody who signed in.</summary>
    Person,

    /// <summary>A program with a key or token.</summary>
    Token,

    /// <summary>A customer who signed in to their own account; never staff.</summary>
    Customer,

    /// <summary>A machine that signed or presented its secret.</summary>
    Machine,

    /// <summary>A payment provider.</summary>
    Provider,

    /// <summary>The server itself: a worker, a command, the first start.</summary>
    System,

    /// <summary>An administrator of the platform, outside of their own organisation.</summary>
    Platform,
}

/// <summary>
/// Who does the work at hand. Every scope begins with nobody: sign-in, a machine's signature, a worker or a command says
/// who it is. What nobody did cannot be saved where it would have to be audited.
/// </summary>
public sealed class Actor
{
    private (ActorKind Kind, string Id, string? OnBehalfOf)? known;
    private IPAddress? address;
    private string? place;

    /// <summary>Whether it was said who it is.</summary>
    public bool IsKnown => known is not null;

    /// <summary>What kind.</summary>
    public ActorKind Kind => Known.Kind;

    /// <summary>Their id: a person's, token's or machine's, a provider's or worker's name. Never a person's name.</summary>
    public string Id => Known.Id;

    /// <summary>The person a program acts for; null when it acts for its organisation.</summary>
    public string? OnBehalfOf => Known.OnBehalfOf;

    /// <summary>Where it came from: a network, too coarse to be one person's; the command line; null: from inside.</summary>
    public string? Origin => place ?? (address is null ? null : NetworkOf(address));

    /// <summary>What the log of the server calls the same request; null outside of requests.</summary>
    public string? Correlation { get; private set; }

    private (ActorKind Kind, string Id, string? OnBehalfOf) Known => known
        ?? throw new InvalidOperationException("Nobody said who does this: set the scope's Actor before anything is saved.");

    /// <summary>The server itself, in words such as <c>demo</c>.</summary>
    public static Actor Of(string work, string? place = null)
    {
        var actor = new Actor { place = place };
        actor.Is(ActorKind.System, work);
        return actor;
    }

    /// <summary>Says who it is. Saying the same again changes nothing.</summary>
    /// <exception cref="InvalidOperationException">It was somebody else before: that takes a scope of its own.</exception>
    public void Is(ActorKind kind, string id, string? onBehalfOf = null)
    {
        if (known is { } before && before != (kind, id, onBehalfOf))
        {
            throw new InvalidOperationException($"This is the work of {before.Kind} {before.Id} already.");
        }

        known = (kind, id, onBehalfOf);
    }

    /// <summary>Whom the server had worked for has proved who they are: from here on it is their doing.</summary>
    /// <exception cref="InvalidOperationException">It was somebody else before, and not the server.</exception>
    public void Proves(ActorKind kind, string id)
    {
        if (known is { Kind: ActorKind.System }) known = null;
        Is(kind, id);
    }

    /// <summary>Says where it came from.</summary>
    public void Comes(IPAddress? from, string? correlation) => (address, Correlation) = (from, correlation);

    /// <summary>It comes from where another came from: a scope within a request.</summary>
    public void ComesLike(Actor other) => (address, place, Correlation) = (other.address, other.place, other.Correlation);

    /// <summary>The network of an address: its first 24 bits, or 48 of IPv6; what is longer could be one person.</summary>
    internal static string NetworkOf(IPAddress address)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        var bytes = plain.GetAddressBytes();
        var bits = bytes.Length == 4 ? 24 : 48;
        Array.Clear(bytes, bits / 8, bytes.Length - (bits / 8));
        return $"{new IPAddress(bytes)}/{bits}";
    }
}

/// <summary>Says in a new scope who works in it.</summary>
public static class ActorScopes
{
    /// <summary>The scope is the server's own work.</summary>
    /// <param name="scope">The scope.</param>
    /// <param name="work">What works, in a constant word.</param>
    public static AsyncServiceScope WorkOf(this AsyncServiceScope scope, string work)
    {
        scope.ServiceProvider.GetRequiredService<Actor>().Is(ActorKind.System, work);
        return scope;
    }
}
