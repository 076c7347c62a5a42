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
