using Automat.Server.Storefront;

namespace Automat.Server.Refunds;

/// <summary>A refund that waits for a second person.</summary>
public sealed record WaitingRefundView(
    string Id, Amount Amount, string Machine, string Vend, string Reason, string? Note, DateTimeOffset RequestedAt,
    DateTimeOffset? ExpiresAt, bool IsOwn);

/// <summary>A claim the rules left to staff.</summary>
public sealed record WaitingClaimView(string Id, string Kind, string? Text, string Machine, string Vend, DateTimeOffset CreatedAt);

/// <summary>Money a provider could not pay back.</summary>
public sealed record FailedPaybackView(
    string Id, Amount Amount, string Provider, string? Error, string Vend, DateTimeOffset CreatedAt);

/// <summary>Cash somebody may come for.</summary>
public sealed record OwedCashView(Amount Amount, string Vend, DateTimeOffset CreatedAt);

/// <summary>What staff have to decide about money on its way back.</summary>
/// <param name="Waiting">Refunds that wait for a second person.</param>
/// <param name="Claims">Claims the rules left to staff.</param>
/// <param name="Failed">What providers could not pay back.</param>
/// <param name="Owed">Cash to be handed out.</param>
public sealed record RefundsView(
    IReadOnlyList<WaitingRefundView> Waiting, IReadOnlyList<WaitingClaimView> Claims, IReadOnlyList<FailedPaybackView> Failed,
    IReadOnlyList<OwedCashView> Owed)
{
    /// <summary>Whether the reader may give money back.</summary>
    public bool MayWrite { get; init; }

    /// <summary>Whether the reader may be the second person.</summary>
    public bool MayApprove { get; init; }

    /// <summary>What was just done, as the name of a text.</summary>
    public string? Done { get; init; }

    /// <summary>What was refused, as the name of a text.</summary>
    public string? Error { get; init; }

    /// <summary>A code for the desk, shown this once.</summary>
    public string? PayoutCode { get; init; }
}
