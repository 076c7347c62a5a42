using Automat.Domain.Vends;

namespace Automat.Domain.Holds;

/// <summary>Whether a debt is still owed.</summary>
public enum DebtStatus
{
    /// <summary>Owed: the saved card is tried again and again, and its customer is held no more money for.</summary>
    Owed,

    /// <summary>Paid.</summary>
    Paid,

    /// <summary>Given up by staff and booked as a loss.</summary>
    WrittenOff,

    /// <summary>Nothing is due any more: the sale was given back before it was paid.</summary>
    Refunded,
}

/// <summary>
/// What a customer owes for goods that no held money covered. It is tried on the saved card with growing pauses, can be paid
/// by hand, or is given up by staff; it never goes away by itself.
/// </summary>
public sealed record Debt
{
    /// <summary>Identity; part of the key at the provider.</summary>
    public required Id<Debt> Id { get; init; }

    /// <summary>Who it is owed to.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The sale.</summary>
    public required Id<Vend> VendId { get; init; }

    /// <summary>Name of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The customer the saved card belongs to.</summary>
    public string? CustomerId { get; init; }

    /// <summary>The saved card; null when the customer has to pay by hand.</summary>
    public string? MethodId { get; init; }

    /// <summary>The provider's name for the card itself.</summary>
    public string? Card { get; init; }

    /// <summary>Minor units; less once a part was paid, or was given back before it was paid.</summary>
    public required long Amount { get; init; }

    /// <summary>Their currency.</summary>
    public required Currency Currency { get; init; }

    /// <summary>Why: <c>above_hold</c>, <c>hold_lost</c> or <c>hold_over</c>.</summary>
    public required string Reason { get; init; }

    /// <summary>Whether it is still owed.</summary>
    public DebtStatus Status { get; init; }

    /// <summary>How often the provider was asked in this round.</summary>
    public int Attempts { get; init; }

    /// <summary>How often the card was declined; each further try is a new payment to the provider.</summary>
    public int Round { get; init; }

    /// <summary>When the saved card is tried next; null when it is not, and the customer has to pay by hand.</summary>
    public DateTimeOffset? NextAttemptAt { get; init; }

    /// <summary>What the provider said against it, in its stable word.</summary>
    public string? Error { get; init; }

    /// <summary>The payment that paid it.</summary>
    public string? IntentId { get; init; }

    /// <summary>Minor units of that payment that paid it.</summary>
    public long Received { get; init; }

    /// <summary>Minor units that were taken off it with a refund of the sale, before they were paid.</summary>
    public long TakenOff { get; init; }

    /// <summary>Minor units of that payment that went back with a refund of the sale, or are on their way.</summary>
    public long GivenBack { get; init; }

    /// <summary>When it came to be owed.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was paid or given up.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
