namespace Automat.Server.Payments;

/// <summary>What moved money on our account at a provider.</summary>
public enum BalanceKind
{
    /// <summary>A customer paid.</summary>
    Payment,

    /// <summary>A customer got money back, or a refund failed and it came home.</summary>
    Refund,

    /// <summary>A bank took a payment back, or gave it back to us.</summary>
    Dispute,

    /// <summary>The provider's own price.</summary>
    Fee,

    /// <summary>Sent to our bank.</summary>
    Payout,

    /// <summary>Anything else the provider does with an account.</summary>
    Other,
}

/// <summary>One movement on our account at a provider, as the provider books it.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Word">The provider's own word for it.</param>
/// <param name="Amount">Before fees, minor units; below nothing what leaves the account.</param>
/// <param name="Fee">What the provider keeps of it.</param>
/// <param name="Currency">Upper-case ISO code.</param>
/// <param name="IntentId">The payment it belongs to; null where it belongs to none.</param>
/// <param name="Created">When it was booked.</param>
public sealed record BalanceEntry(
    string Id, BalanceKind Kind, string Word, long Amount, long Fee, string Currency, string? IntentId, DateTimeOffset Created);
