using System.Security.Cryptography;
using System.Text;
using Automat.Domain;

namespace Automat.Server.People;

/// <summary>
/// A key a program presents. Only its SHA-256 is kept: the key itself is random and long, so nothing can be guessed.
/// A personal token does at most what its person may do; a service token belongs to the organisation.
/// </summary>
internal sealed class ApiToken
{
    /// <summary>What every token we make begins with, so that scanners of leaked secrets recognise it.</summary>
    public const string Prefix = "amt_";

    /// <summary>How much of it is shown afterwards, to tell tokens apart.</summary>
    public const int Shown = 8;

    /// <summary>Identity.</summary>
    public required Id<ApiToken> Id { get; init; }

    /// <summary>Whose data it opens.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Whose personal token; null for a service token.</summary>
    public Guid? PersonId { get; init; }

    /// <summary>What it is for.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the key.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>How it begins.</summary>
    public required string Start { get; init; }

    /// <summary>Names of the permissions it carries.</summary>
    public required string[] Scopes { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Who made it; null for the demo's own.</summary>
    public Guid? CreatedBy { get; init; }

    /// <summary>When it ends by itself; null: never.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>When it was last presented; written once a minute at most.</summary>
    public DateTimeOffset? LastUsedAt { get; set; }

    /// <summary>When it was revoked.</summary>
    public DateTimeOffset? RevokedAt { get; set; }

    /// <summary>The hash a presented key is looked up by.</summary>
    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>A new key: shown once, never stored.</summary>
    public static string NewKey() => Prefix + Secrets.NewToken();
}
