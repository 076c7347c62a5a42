using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Privacy;

/// <summary>How long an organisation keeps one kind of personal data; without such a row the server's setting holds.</summary>
internal sealed record RetentionTerm
{
    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Name of the kind: <see cref="IRetention.Name"/>.</summary>
    public required string Kind { get; init; }

    /// <summary>So long they are kept.</summary>
    public required int Days { get; init; }
}

internal sealed class RetentionTables : ITables
{
    public void Map(ModelBuilder model) => model.Entity<RetentionTerm>(term =>
    {
        term.ToTable("retention_terms");
        term.IsAudited("retention_term");
        term.HasKey(t => new { t.OrganizationId, t.Kind });
        term.Property(t => t.OrganizationId).IsId();
        term.Property(t => t.Kind).HasMaxLength(32);
    });
}
