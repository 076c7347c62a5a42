namespace Automat.Domain.Vends;

/// <summary>
/// One sale: money held, goods delivered, account settled. The value itself; <see cref="VendRules"/> says how it moves.
/// </summary>
public sealed record Vend
{
    /// <summary>Identity.</summary>
    public required Id<Vend> Id { get; init; }

    /// <summary>Whose sale.</summary>
    public required Id<Organization> Organization { get; init; }

    /// <summary>The machine that delivers.</summary>
    public required MachineId Machine { get; init; }

    /// <summary>What it is paid with.</summary>
    public required Tender Tender { get; init; }

    /// <summary>The money held: at least the price of the lines.</summary>
    public required Money Amount { get; init; }

    /// <summary>What was ordered.</summary>
    public required IReadOnlyList<VendLine> Lines { get; init; }

    /// <summary>Where it is in its life.</summary>
    public VendStatus Status { get; init; }

    /// <summary>Value of what was delivered, minor units.</summary>
    public long Delivered { get; init; }

    /// <summary>What was given back after delivery, minor units.</summary>
    public long Refunded { get; init; }

    /// <summary>Why it was cancelled, doubted or refunded: a stable snake_case word.</summary>
    public string? Reason { get; init; }

    /// <summary>The machine reported delivery after the vend had been cancelled.</summary>
    public bool Late { get; init; }

    /// <summary>The pick-up code, for machines that ask for one.</summary>
    public string? Code { get; init; }

    /// <summary>The provider's checkout session, where there is one.</summary>
    public string? Session { get; init; }

    /// <summary>The provider's payment intent, where there is one.</summary>
    public string? Intent { get; init; }

    /// <summary>Number of its newest ledger entry; 0 before the first.</summary>
    public long Entry { get; init; }

    /// <summary>When the present status has to end.</summary>
    public required DateTimeOffset Deadline { get; init; }

    /// <summary>When the money was held.</summary>
    public required DateTimeOffset ReservedAt { get; init; }

    /// <summary>When the machine was told.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>When it was committed or cancelled.</summary>
    public DateTimeOffset? SettledAt { get; init; }
}
