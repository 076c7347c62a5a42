using Automat.Domain;

namespace Automat.Server.Customers;

/// <summary>
/// Somebody who buys and keeps an account with an organisation's shop. Customers and staff are two tables, two cookies and two
/// ways in: nothing a customer signs in with opens an address that asks for a permission.
/// </summary>
public sealed class Customer
{
    internal const int LongestName = 100;
    internal const int LongestEmail = 256;

    private const int MostFailures = 8;
    private static readonly TimeSpan LockLasts = TimeSpan.FromMinutes(5);

    /// <summary>Identity.</summary>
    public required Id<Customer> Id { get; init; }

    /// <summary>Whose customer.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The address, in small letters. It was confirmed before there was an account, and so is each later one.</summary>
    public required string Email { get; set; }

    /// <summary>What the customer is called on their pages.</summary>
    public required string Name { get; set; }

    /// <summary>The password's hash.</summary>
    public required string PasswordHash { get; set; }

    /// <summary>Whether a mail says that an order can be collected.</summary>
    public bool MailsReady { get; set; } = true;

    /// <summary>Whether a mail says that an order was collected, with the way to its receipt.</summary>
    public bool MailsCollected { get; set; } = true;

    /// <summary>Wrong passwords since the last right one.</summary>
    public int Failures { get; private set; }

    /// <summary>Until when no password is taken; null while the account is open.</summary>
    public DateTimeOffset? LockedUntil { get; private set; }

    /// <summary>When the address was confirmed.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>Whether no password is taken now.</summary>
    public bool IsLocked(DateTimeOffset now) => LockedUntil > now;

    /// <summary>Somebody typed a wrong password.</summary>
    public void Failed(DateTimeOffset now)
    {
        Failures++;
        if (Failures < MostFailures) return;
        (Failures, LockedUntil) = (0, now + LockLasts);
    }

    /// <summary>Somebody proved that it is theirs.</summary>
    public void Proved() => (Failures, LockedUntil) = (0, null);
}
