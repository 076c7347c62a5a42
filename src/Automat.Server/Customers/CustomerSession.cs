using Automat.Domain;

namespace Automat.Server.Customers;

/// <summary>A browser in which a customer is signed in. Its cookie holds a random token; here is only its hash.</summary>
internal sealed record CustomerSession
{
    /// <summary>A browser that does not come back for so long is signed out.</summary>
    public static readonly TimeSpan Lasts = TimeSpan.FromDays(30);

    public required Id<CustomerSession> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required Id<Customer> CustomerId { get; init; }

    /// <summary>SHA-256 of the cookie's token.</summary>
    public required byte[] TokenHash { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ends by itself; moves on with use, once a day at most.</summary>
    public required DateTimeOffset ExpiresAt { get; init; }
}
