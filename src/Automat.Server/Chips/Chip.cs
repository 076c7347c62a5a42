using Automat.Domain;
using Automat.Domain.Chips;

namespace Automat.Server.Chips;

/// <summary>Whether a chip may pay.</summary>
public enum ChipState
{
    /// <summary>It pays with its credit.</summary>
    Active,

    /// <summary>Lost or blocked: it pays nothing until it is unlocked; its credit stays.</summary>
    Locked,

    /// <summary>Never used again.</summary>
    Retired,
}

/// <summary>Which state may follow which.</summary>
public static class ChipLife
{
    /// <summary>The states that may follow.</summary>
    public static IReadOnlyList<ChipState> After(ChipState state) => state switch
    {
        ChipState.Active => [ChipState.Locked, ChipState.Retired],
        ChipState.Locked => [ChipState.Active, ChipState.Retired],
        ChipState.Retired => [],
    };
}

/// <summary>A customer's RFID chip. Its credit is the balance of its account in the ledger and stands nowhere else.</summary>
public sealed record Chip
{
    /// <summary>Identity; names its account.</summary>
    public required Id<Chip> Id { get; init; }

    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>What its UID is found by: HMAC-SHA256 under the organisation's key. The UID itself is kept nowhere.</summary>
    public required byte[] UidHash { get; init; }

    /// <summary>Under which of the organisation's keys.</summary>
    public int KeyVersion { get; init; } = 1;

    /// <summary>What staff call it.</summary>
    public required string Label { get; init; }

    /// <summary>What another system knows it by, such as a personnel number; null for nothing.</summary>
    public string? Reference { get; init; }

    /// <summary>The group whose limits and allowance it shares; null for none.</summary>
    public Id<ChipGroup>? GroupId { get; init; }

    /// <summary>Whether it buys free of charge: the operator bears it, its credit stays untouched.</summary>
    public bool FreeVend { get; init; }

    /// <summary>Whether it is an employee's.</summary>
    public bool Employee { get; init; }

    /// <summary>Whether somebody checked that its holder is of age.</summary>
    public bool ProofOfAge { get; init; }

    /// <summary>How far its balance may go below zero, minor units.</summary>
    public long CreditLine { get; init; }

    /// <summary>Its own limits as JSON; null says nothing.</summary>
    public string? Limits { get; init; }

    /// <summary>Its own allowance as JSON; null: its group's.</summary>
    public string? Allowance { get; init; }

    /// <summary>The period its allowance was last booked for, such as <c>2026-11</c> or <c>2026-W48</c>.</summary>
    public string? AllowanceThrough { get; init; }

    /// <summary>Whether it may pay.</summary>
    public ChipState State { get; init; }

    /// <summary>Why it is in its state, as somebody said; never personal data.</summary>
    public string? StateReason { get; init; }

    /// <summary>Since when; null since it was issued.</summary>
    public DateTimeOffset? StateSince { get; init; }

    /// <summary>The chip that took its place.</summary>
    public Id<Chip>? ReplacedBy { get; init; }

    /// <summary>When it was issued.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What holds for it: its own limits, its group's and the organisation's. Not stored with it.</summary>
    public ChipLimits Rules { get; init; } = ChipLimits.None;

    /// <summary>What holds for it; not stored with it.</summary>
    public ChipAllowance? Grant { get; init; }

    /// <summary>What a vend paid with its credit names as its tender.</summary>
    public Tender Tender => Tender.Chip(Id.ToString());

    /// <summary>What a vend it begins is paid with.</summary>
    public Tender PaysWith => FreeVend ? Tender.FreeVend(Id.ToString()) : Tender;

    /// <summary>What its holder has shown or is.</summary>
    public ChipMarks Marks => new(ProofOfAge, Employee);
}
