using Automat.Domain.Vends;

namespace Automat.Domain.Holds;

/// <summary>Where the money a bank has promised for a sale is. Each status says what is true in it.</summary>
public enum HoldStatus
{
    /// <summary>The bank holds it; the sale is open.</summary>
    Held,

    /// <summary>A part of it or all is to be captured; asked for until the provider has said how it ended.</summary>
    Capturing,

    /// <summary>The provider has captured: what it took is ours, the rest is the customer's again.</summary>
    Captured,

    /// <summary>All of it is to be given back; asked for until the provider has said so.</summary>
    Releasing,

    /// <summary>The customer has all of it again.</summary>
    Released,

    /// <summary>The bank let it go before it was captured: what was to be captured is owed by the customer.</summary>
    Lost,
}

/// <summary>Which status may follow which.</summary>
public static class HoldLife
{
    /// <summary>The statuses that may follow.</summary>
    public static IReadOnlyList<HoldStatus> After(HoldStatus status) => status switch
    {
        // Captured straight away: somebody did so at the provider by hand.
        HoldStatus.Held => [HoldStatus.Capturing, HoldStatus.Releasing, HoldStatus.Captured, HoldStatus.Lost],
        HoldStatus.Capturing => [HoldStatus.Captured, HoldStatus.Lost],
        // Capturing: goods turned out to be gone before the provider was done giving it back.
        HoldStatus.Releasing => [HoldStatus.Released, HoldStatus.Capturing, HoldStatus.Captured],
        HoldStatus.Captured or HoldStatus.Released or HoldStatus.Lost => [],
    };

    /// <summary>Whether the provider has to be asked for something.</summary>
    public static bool IsToBeSent(HoldStatus status) => status is HoldStatus.Capturing or HoldStatus.Releasing;
}

/// <summary>Money held on a card for one sale whose price is known only when the door is closed again.</summary>
public sealed record CardHold
{
    /// <summary>The sale; a sale has one hold.</summary>
    public required Id<Vend> VendId { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Name of the provider.</summary>
    public required string Provider { get; init; }

    /// <summary>The provider's payment.</summary>
    public required string IntentId { get; init; }

    /// <summary>Minor units the bank has promised.</summary>
    public required long Amount { get; init; }

    /// <summary>Their currency.</summary>
    public required Currency Currency { get; init; }

    /// <summary>The provider's customer the card is kept with; null when it is kept with none.</summary>
    public string? CustomerId { get; init; }

    /// <summary>The kept card; null when none may be charged without the customer.</summary>
    public string? MethodId { get; init; }

    /// <summary>The provider's name for the card itself, the same whoever presents it; null when it tells none.</summary>
    public string? Card { get; init; }

    /// <summary>What could be taken, one piece of each, at the prices of the moment the customer agreed.</summary>
    public required IReadOnlyList<VendLine> Offer { get; init; }

    /// <summary>What seems to be taken while the door is open; no money moves by it.</summary>
    public IReadOnlyList<BasketItem> Basket { get; init; } = [];

    /// <summary>Where the money is.</summary>
    public HoldStatus Status { get; init; }

    /// <summary>Minor units to capture, once that is known.</summary>
    public long Wanted { get; init; }

    /// <summary>Minor units the provider has captured.</summary>
    public long Received { get; init; }

    /// <summary>Minor units of that which went back with a refund of the sale, or are on their way.</summary>
    public long GivenBack { get; init; }

    /// <summary>How often the provider was asked in this round.</summary>
    public int Attempts { get; init; }

    /// <summary>How often the provider said no; each time the next question is a new one to it.</summary>
    public int Round { get; init; }

    /// <summary>When the provider is asked next.</summary>
    public required DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>What the provider said against it, in its stable word.</summary>
    public string? Error { get; init; }

    /// <summary>When the bank promised.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? EndedAt { get; init; }
}
