using Automat.Domain;
using Automat.Server.Customers;

namespace Automat.Server.Push;

/// <summary>
/// A browser that somebody wants to be told in. Whoever knows where and with which keys could write to it, so that is kept
/// encrypted; it is found by a hash of its address.
/// </summary>
internal sealed class PushDevice
{
    /// <summary>Identity.</summary>
    public required Id<PushDevice> Id { get; init; }

    /// <summary>Whose customer.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>SHA-256 of its address.</summary>
    public required byte[] AddressHash { get; init; }

    /// <summary>Its address and keys, encrypted.</summary>
    public required string SealedTarget { get; set; }

    /// <summary>The language it is told in.</summary>
    public required string Language { get; set; }

    /// <summary>Whose account's orders it is told of; null for none's.</summary>
    public Id<Customer>? CustomerId { get; set; }

    /// <summary>The session it was named in for an account; the database forgets the device when that ends.</summary>
    public Guid? SessionId { get; set; }

    /// <summary>When it was first named.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When a push was last taken for it.</summary>
    public DateTimeOffset? TakenAt { get; set; }

    /// <summary>Pushes that were not taken since.</summary>
    public int Failures { get; set; }
}
