using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Payments;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Settlements;

/// <summary>A movement on our account at the provider, as it told it. Told twice, kept once; never changed.</summary>
internal sealed record ProviderEntry
{
    /// <summary>The provider's id.</summary>
    public required string Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required string Provider { get; init; }

    public required BalanceKind Kind { get; init; }

    /// <summary>The provider's own word for it.</summary>
    public required string Word { get; init; }

    /// <summary>Before fees, minor units; below nothing what left the account.</summary>
    public required long Amount { get; init; }

    public required long Fee { get; init; }

    public required Currency Currency { get; init; }

    public string? IntentId { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

/// <summary>What a day came to in our books and at the provider, for one kind of movement.</summary>
internal sealed record SettlementDay
{
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The day, in the zone most of the organisation's machines stand in.</summary>
    public required DateOnly Day { get; init; }

    public required Currency Currency { get; init; }

    public required BalanceKind Kind { get; init; }

    /// <summary>By our books, minor units; below nothing what left the account.</summary>
    public required long Booked { get; init; }

    /// <summary>By the provider, before fees.</summary>
    public required long Told { get; init; }

    /// <summary>What the provider keeps.</summary>
    public required long Fees { get; init; }
}

/// <summary>One payment in our books and at the provider, with all that was given back or disputed of it since.</summary>
internal sealed record SettledPayment
{
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The provider's id of the payment; of what belongs to none, its own.</summary>
    public required string Key { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>The sale; null where it is none, or nobody knows.</summary>
    public Id<Vend>? VendId { get; init; }

    /// <summary>What is left of it by our books, minor units.</summary>
    public required long Booked { get; init; }

    /// <summary>What is left of it at the provider, before fees.</summary>
    public required long Told { get; init; }

    /// <summary>How many entries our books have of it.</summary>
    public required int BookedEntries { get; init; }

    /// <summary>How many movements the provider told of it.</summary>
    public required int ToldEntries { get; init; }

    public required DateTimeOffset FirstAt { get; init; }

    public required DateTimeOffset LastAt { get; init; }
}

/// <summary>How far an organisation's books and its provider were held against each other.</summary>
internal sealed record SettlementMark
{
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The last ledger entry that was looked at.</summary>
    public required long Sequence { get; init; }

    /// <summary>Up to when the provider told its movements; null before the first time, and where the account is another's.</summary>
    public DateTimeOffset? ToldUntil { get; init; }

    /// <summary>When the two were held against each other last; null before the first time.</summary>
    public DateTimeOffset? ComparedAt { get; init; }

    /// <summary>Why that failed the last time, a stable word; null when it did not.</summary>
    public string? Trouble { get; init; }
}

internal sealed class SettlementTables : ITables
{
    private const string Why = "Computed from the ledger and from what the provider tells.";

    public void Map(ModelBuilder model)
    {
        model.Entity<ProviderEntry>(entry =>
        {
            entry.ToTable("provider_entries");
            entry.IsNotAudited(Why);
            entry.HasKey(e => e.Id); // told again, it is the same
            entry.Property(e => e.Id).HasMaxLength(255);
            entry.Property(e => e.OrganizationId).IsId();
            entry.Property(e => e.Provider).HasMaxLength(32);
            entry.Property(e => e.Word).HasMaxLength(64);
            entry.Property(e => e.IntentId).HasMaxLength(255);
            entry.HasIndex(e => new { e.OrganizationId, e.CreatedAt }); // what was told of a time
        });
        model.Entity<SettlementDay>(day =>
        {
            day.ToTable("settlement_days");
            day.IsNotAudited(Why);
            day.HasKey(d => new { d.OrganizationId, d.Day, d.Currency, d.Kind }); // the days of a period
            day.Property(d => d.OrganizationId).IsId();
        });
        model.Entity<SettledPayment>(payment =>
        {
            payment.ToTable("settled_payments");
            payment.IsNotAudited(Why);
            payment.HasKey(p => new { p.OrganizationId, p.Key, p.Currency });
            payment.Property(p => p.OrganizationId).IsId();
            payment.Property(p => p.VendId).IsId();
            payment.Property(p => p.Key).HasMaxLength(255);
            payment.HasIndex(p => p.Key); // whose payment it is
            // What differs, the newest first.
            payment.HasIndex(p => new { p.OrganizationId, p.LastAt }).HasFilter("booked <> told").HasDatabaseName("ix_settled_payments_differ");
        });
        model.Entity<SettlementMark>(mark =>
        {
            mark.ToTable("settlement_marks");
            mark.IsNotAudited("It says how far the comparison is.");
            mark.HasKey(m => m.OrganizationId);
            mark.Property(m => m.OrganizationId).IsId();
            mark.Property(m => m.Trouble).HasMaxLength(64);
        });
    }
}
