using Automat.Server.Panel;
using Automat.Server.Payments;
using Automat.Server.Storefront;

namespace Automat.Server.Settlements;

/// <summary>Where a payment is known.</summary>
public enum DifferenceState
{
    /// <summary>Young enough that the other side may still hear of it.</summary>
    OnItsWay,

    /// <summary>Only the provider knows of it.</summary>
    OnlyTold,

    /// <summary>Only our books know of it.</summary>
    OnlyBooked,

    /// <summary>Both do, and say other amounts.</summary>
    Differs,
}

/// <summary>A payment that books and provider do not agree about.</summary>
/// <param name="Key">The provider's id of it.</param>
/// <param name="Vend">The sale; null where it is none, or nobody knows.</param>
/// <param name="Machine">The sale's machine; null where there is no sale.</param>
/// <param name="Booked">What is left of it by our books.</param>
/// <param name="Told">What is left of it at the provider.</param>
/// <param name="State">Who knows of it.</param>
/// <param name="LastAt">When it moved last.</param>
public sealed record DifferenceRow(
    string Key, string? Vend, string? Machine, Amount Booked, Amount Told, DifferenceState State, DateTimeOffset LastAt)
{
    /// <summary>What the provider has more than the books.</summary>
    public Amount Difference => Told with { Minor = Told.Minor - Booked.Minor };
}

/// <summary>What a kind of movement came to on both sides.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Booked">By our books; null where they do not have that kind.</param>
/// <param name="Told">By the provider, before fees.</param>
public sealed record SettlementRow(BalanceKind Kind, Amount? Booked, Amount Told)
{
    /// <summary>What the provider has more than the books; null where there is nothing to compare.</summary>
    public Amount? Difference => Booked is { } booked ? Told with { Minor = Told.Minor - booked.Minor } : null;
}

/// <summary>One currency of a period.</summary>
/// <param name="Rows">Kind by kind.</param>
/// <param name="Fees">What the provider keeps.</param>
/// <param name="Net">What is left for us of the period, before payouts.</param>
/// <param name="Held">What the provider holds now and will pay out.</param>
public sealed record SettlementSums(IReadOnlyList<SettlementRow> Rows, Amount Fees, Amount Net, Amount Held);

/// <summary>Books and provider held against each other.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Sums">What the days came to, currency by currency.</param>
/// <param name="Page">Payments that differ.</param>
/// <param name="Differing">How many of them are no longer just on their way; counted up to a limit.</param>
/// <param name="OnTheirWay">How many are.</param>
public sealed record SettlementView(
    DateOnly From, DateOnly To, IReadOnlyList<SettlementSums> Sums, ListPage<DifferenceRow> Page, int Differing, int OnTheirWay)
{
    /// <summary>When the two were held against each other last; null before the first time.</summary>
    public DateTimeOffset? ComparedAt { get; init; }

    /// <summary>Why that failed the last time, in the provider's stable word.</summary>
    public string? Trouble { get; init; }

    /// <summary>Whether the days asked for could not be.</summary>
    public bool IsWrong { get; init; }
}

/// <summary>A dispute in the list.</summary>
/// <param name="Id">The provider's id.</param>
/// <param name="Vend">The sale; null where it is none of ours.</param>
/// <param name="Machine">The sale's machine.</param>
/// <param name="Amount">What the bank asks for.</param>
/// <param name="Reason">The provider's word for why.</param>
/// <param name="Status">How far it is.</param>
/// <param name="DueBy">Until when an answer is taken.</param>
/// <param name="OpenedAt">When it began.</param>
/// <param name="EndedAt">When it was decided.</param>
/// <param name="Payment">The payment at the provider.</param>
public sealed record DisputeRow(
    string Id, string? Vend, string? Machine, Amount Amount, string Reason, DisputeStatus Status, DateTimeOffset? DueBy,
    DateTimeOffset OpenedAt, DateTimeOffset? EndedAt, string? Payment);

/// <summary>Payments that customers' banks ask back.</summary>
/// <param name="Page">One page of the list.</param>
/// <param name="Answers">How many want an answer.</param>
/// <param name="NextDue">The first answer that is due.</param>
/// <param name="Held">What the banks hold meanwhile, currency by currency.</param>
public sealed record DisputesView(ListPage<DisputeRow> Page, int Answers, DateTimeOffset? NextDue, IReadOnlyList<Amount> Held);
