using Automat.Domain;
using Automat.Domain.Ledger;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Ledger;

/// <summary>A booked entry. Nothing in the product updates or deletes one; the database refuses it too.</summary>
internal sealed record LedgerEntry
{
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>From 1, without gaps.</summary>
    public required long Sequence { get; init; }

    /// <summary>Unix microseconds, part of the chain hash.</summary>
    public required long Timestamp { get; init; }

    public required string Kind { get; init; }

    /// <summary>Canonical JSON, byte for byte as hashed; its postings are the books.</summary>
    public required string Payload { get; init; }

    public required byte[] PayloadHash { get; init; }

    public required byte[] PrevHash { get; init; }

    public required byte[] Nonce { get; init; }

    public required byte[] ChainHash { get; init; }
}

/// <summary>The newest entry of a ledger; its row is the lock that orders an organisation's entries.</summary>
internal sealed record LedgerHead
{
    /// <summary>The head of a ledger without entries.</summary>
    public static LedgerHead Empty(Id<Organization> organization) => new()
    {
        OrganizationId = organization,
        Sequence = 0,
        ChainHash = Chain.Genesis.ToArray(),
    };

    public required Id<Organization> OrganizationId { get; init; }

    public required long Sequence { get; init; }

    public required byte[] ChainHash { get; init; }
}

/// <summary>The sum of an account's postings, kept by the journal and checked by verification.</summary>
internal sealed record Balance
{
    public required Id<Organization> OrganizationId { get; init; }

    public required string Account { get; init; }

    public required Currency Currency { get; init; }

    public required long Amount { get; init; }
}

internal sealed class LedgerTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<LedgerEntry>(entry =>
        {
            entry.ToTable("ledger_entries");
            entry.IsNotAudited("The ledger is a chain of its own.");
            entry.HasKey(e => new { e.OrganizationId, e.Sequence });
            entry.Property(e => e.OrganizationId).IsId();
            entry.Property(e => e.Kind).HasMaxLength(64);
        });
        model.Entity<LedgerHead>(head =>
        {
            head.ToTable("ledger_heads");
            head.IsNotAudited("It says where the ledger ends.");
            head.HasKey(h => h.OrganizationId);
            head.Property(h => h.OrganizationId).IsId();
        });
        model.Entity<Balance>(balance =>
        {
            balance.ToTable("balances");
            balance.IsNotAudited("The sum of what is in the ledger.");
            balance.HasKey(b => new { b.OrganizationId, b.Account, b.Currency });
            balance.Property(b => b.OrganizationId).IsId();
            balance.Property(b => b.Account).HasMaxLength(128);
        });
    }
}
