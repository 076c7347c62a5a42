using Automat.Domain;
using Automat.Server.Data;

namespace Automat.Server.People;

/// <summary>How a session is carried.</summary>
internal enum SessionKind
{
    /// <summary>A cookie of a browser.</summary>
    Browser,

    /// <summary>Bearer tokens of a program somebody signed in with.</summary>
    Api,
}

/// <summary>
/// Somebody is signed in somewhere. A cookie or bearer token only names the row; every request looks at it, so ending it,
/// changing a role or switching somebody off works with the next click.
/// </summary>
[BelongsToNoTenant("A session is its person's, who may work for several organisations with it, or for none.")]
internal sealed class Session
{
    /// <summary>A browser that is not used for so long is signed out.</summary>
    public static readonly TimeSpan BrowserIdle = TimeSpan.FromHours(8);

    /// <summary>A program that does not renew its tokens for so long is signed out.</summary>
    public static readonly TimeSpan ApiIdle = TimeSpan.FromDays(14);

    /// <summary>However busy: after so long one signs in again.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <summary>Identity.</summary>
    public required Id<Session> Id { get; init; }

    /// <summary>Whose.</summary>
    public required Guid PersonId { get; init; }

    /// <summary>How it is carried.</summary>
    public required SessionKind Kind { get; init; }

    /// <summary>The organisation worked for at the moment; null for somebody who belongs to none.</summary>
    public Id<Organization>? WorksFor { get; set; }

    /// <summary>When it began.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When the person last proved who they are.</summary>
    public required DateTimeOffset ProvedAt { get; set; }

    /// <summary>When it was last used; written once a minute at most.</summary>
    public required DateTimeOffset SeenAt { get; set; }

    /// <summary>When it ends by itself; moves on with use.</summary>
    public required DateTimeOffset ExpiresAt { get; set; }

    /// <summary>When it was ended.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>The address it began from.</summary>
    public required string Address { get; init; }

    /// <summary>What the browser or program calls itself.</summary>
    public required string Agent { get; init; }

    /// <summary>Whether setting up the second step was put off; the demo alone allows it.</summary>
    public bool Postponed { get; set; }
}
