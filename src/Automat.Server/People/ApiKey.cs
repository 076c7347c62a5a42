using System.Security.Cryptography;
using System.Text;
using Automat.Domain;

namespace Automat.Server.People;

/// <summary>A key programs present. Only its SHA-256 is kept: the key itself is random and long, so nothing can be guessed.</summary>
internal sealed record ApiKey
{
    /// <summary>Identity.</summary>
    public required Id<ApiKey> Id { get; init; }

    /// <summary>Whose data it opens.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>What it is for.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the key.</summary>
    public required byte[] Hash { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>The hash a presented key is looked up by.</summary>
    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
