using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Journal;

/// <summary>What a command was answered, kept under its key so that a repeat gets the same answer and has no effect.</summary>
internal sealed record JournalAnswer
{
    public required Id<Organization> OrganizationId { get; init; }

    public required string Key { get; init; }

    public required string Fingerprint { get; init; }

    public required byte[] Answer { get; init; }

    public required DateTimeOffset AnsweredAt { get; init; }
}

internal sealed class JournalTables : ITables
{
    public void Map(ModelBuilder model) => model.Entity<JournalAnswer>(answer =>
    {
        answer.ToTable("journal_answers");
        answer.IsNotAudited("The journal keeps its answers; what it did is in the ledger.");
        answer.HasKey(a => new { a.OrganizationId, a.Key });
        answer.Property(a => a.OrganizationId).IsId();
        answer.Property(a => a.Key).HasMaxLength(200);
        answer.Property(a => a.Fingerprint).HasMaxLength(200);
    });
}
