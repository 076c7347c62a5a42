using System.Net.Mail;

namespace Automat.Server.Customers;

/// <summary>Mail addresses as accounts are found by: people write their own in different cases.</summary>
internal static class Addresses
{
    public static string Compared(string? typed) => (typed ?? "").Trim().ToLowerInvariant();

    /// <summary>Whether a mail could be sent there.</summary>
    public static bool AreRight(string address) =>
        address.Length is > 0 and <= Customer.LongestEmail && MailAddress.TryCreate(address, out var parsed) && parsed.Address == address;
}
