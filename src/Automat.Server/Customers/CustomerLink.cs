using Automat.Domain;

namespace Automat.Server.Customers;

/// <summary>
/// A link that was mailed to an address: whoever follows it has that address, and chooses the password of its account. Before
/// that there is no account, and so no password that somebody else could have left in it. Or it moves an account to the address.
/// </summary>
internal sealed record CustomerLink
{
    /// <summary>Where one leads that moves an account.</summary>
    public const string MoveAddress = "/me/email";

    /// <summary>How long it works.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromHours(24);

    public required Id<CustomerLink> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Where it was sent, in small letters.</summary>
    public required string Email { get; init; }

    /// <summary>Whose account moves to the address; null where its password is chosen.</summary>
    public Id<Customer>? CustomerId { get; init; }

    /// <summary>SHA-256 of the token in it.</summary>
    public required byte[] Hash { get; init; }

    public required DateTimeOffset ExpiresAt { get; init; }
}
