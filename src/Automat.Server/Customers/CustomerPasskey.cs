using Automat.Domain;

namespace Automat.Server.Customers;

/// <summary>
/// A passkey with which a customer signs in in place of address and password. Only its public half is here; nobody can sign in
/// with it who reads this table.
/// </summary>
internal sealed class CustomerPasskey
{
    /// <summary>So many a customer keeps at most.</summary>
    public const int Most = 10;

    public const int LongestName = 100;

    /// <summary>What the authenticator calls it; WebAuthn allows 1,023 bytes.</summary>
    public required byte[] CredentialId { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required Id<Customer> CustomerId { get; init; }

    /// <summary>What the customer calls it.</summary>
    public required string Name { get; init; }

    /// <summary>COSE key.</summary>
    public required byte[] PublicKey { get; init; }

    /// <summary>The authenticator's counter when it was last used; one that falls back is a copy.</summary>
    public required long SignCount { get; set; }

    /// <summary>Whether it can be on several devices of its owner.</summary>
    public required bool IsBackupEligible { get; init; }

    /// <summary>Whether it is.</summary>
    public required bool IsBackedUp { get; set; }

    /// <summary>How a browser reaches the authenticator: <c>internal</c>, <c>usb</c>, <c>hybrid</c> …</summary>
    public required string[] Transports { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}
