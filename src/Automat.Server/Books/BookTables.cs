using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Books;

/// <summary>
/// One posting of an entry, where an account's postings are found without reading the whole ledger. Taken from the payloads,
/// which stay the only place that counts; never changed.
/// </summary>
internal sealed record LedgerPosting
{
    public required Id<Organization> OrganizationId { get; init; }

    public required string Account { get; init; }

    public required long Sequence { get; init; }

    public required Currency Currency { get; init; }

    /// <summary>Minor units.</summary>
    public required long Amount { get; init; }
}

/// <summary>
/// An entry that names a sale, so that a sale's entries are found without reading the whole ledger. An index like
/// <see cref="LedgerPosting"/>, taken in the same step.
/// </summary>
internal sealed record VendEntry
{
    public required Id<Organization> OrganizationId { get; init; }

    public required Guid VendId { get; init; }

    public required long Sequence { get; init; }
}

/// <summary>The last look through an organisation's whole ledger: how far it is, or what it found.</summary>
internal sealed class LedgerCheck
{
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Of several, the one that counts: whoever asks anew takes the row over.</summary>
    public required Guid Run { get; set; }

    public DateTimeOffset StartedAt { get; set; }

    /// <summary>When whoever looks was last heard of; too long ago and nobody does any more.</summary>
    public DateTimeOffset HeardAt { get; set; }

    /// <summary>When it ended; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>Entries found in order so far.</summary>
    public long Entries { get; set; }

    /// <summary>The newest entry when it began.</summary>
    public long Last { get; set; }

    /// <summary>Hash of the last entry found in order; empty while it runs.</summary>
    public byte[] Head { get; set; } = [];

    /// <summary>The first wrong row; null where none can be blamed, or none is wrong.</summary>
    public long? BrokenAt { get; set; }

    /// <summary>What is wrong, a stable word; null when nothing is.</summary>
    public string? Code { get; set; }

    /// <summary>The same in a sentence.</summary>
    public string? Reason { get; set; }

    /// <summary>The id of who asked.</summary>
    public string AskedBy { get; set; } = "";
}

/// <summary>How far an organisation's postings were taken from its ledger.</summary>
internal sealed record PostingMark
{
    public required Id<Organization> OrganizationId { get; init; }

    public required long Sequence { get; init; }
}

/// <summary>
/// A day's closing: which entries were its, and what they came to. Made once; that it is still what the ledger gives can be
/// computed again at any time.
/// </summary>
internal sealed record Closing
{
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The day, where most of the machines stand.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>The time zone that day was counted in.</summary>
    public required string Zone { get; init; }

    /// <summary>Number of the first entry; one more than the last where there was none.</summary>
    public required long FirstSequence { get; init; }

    /// <summary>Number of the last entry.</summary>
    public required long LastSequence { get; init; }

    /// <summary>JSON: totals by tender, machine and tax rate, refunds, losses, accounts, hashes.</summary>
    public required string Body { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }
}

internal sealed class BookTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<LedgerPosting>(posting =>
        {
            posting.ToTable("ledger_postings");
            posting.IsNotAudited("Taken from the ledger, which is a chain of its own.");
            // An account's postings in order: statements and balances as of a day.
            posting.HasKey(p => new { p.OrganizationId, p.Account, p.Sequence });
            posting.Property(p => p.OrganizationId).IsId();
            posting.Property(p => p.Account).HasMaxLength(128);
        });
        model.Entity<VendEntry>(entry =>
        {
            entry.ToTable("vend_entries");
            entry.IsNotAudited("Taken from the ledger, which is a chain of its own.");
            // A sale's entries in order.
            entry.HasKey(e => new { e.OrganizationId, e.VendId, e.Sequence });
            entry.Property(e => e.OrganizationId).IsId();
        });
        model.Entity<LedgerCheck>(check =>
        {
            check.ToTable("ledger_checks");
            check.IsNotAudited("Verifying again finds it again; who asked is noted.");
            check.HasKey(c => c.OrganizationId);
            check.Property(c => c.OrganizationId).IsId();
            check.Property(c => c.Code).HasMaxLength(64);
            check.Property(c => c.Reason).HasMaxLength(500);
            check.Property(c => c.AskedBy).HasMaxLength(100);
        });
        model.Entity<PostingMark>(mark =>
        {
            mark.ToTable("posting_marks");
            mark.IsNotAudited("It says how far the postings go.");
            mark.HasKey(m => m.OrganizationId);
            mark.Property(m => m.OrganizationId).IsId();
        });
        model.Entity<Closing>(closing =>
        {
            closing.ToTable("closings");
            closing.IsNotAudited("Made from the ledger, once a day, and never changed.");
            closing.HasKey(c => new { c.OrganizationId, c.Day });
            closing.Property(c => c.OrganizationId).IsId();
            closing.Property(c => c.Zone).HasMaxLength(64);
        });
    }
}
