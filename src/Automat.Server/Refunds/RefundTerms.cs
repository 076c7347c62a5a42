using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Refunds;

/// <summary>What an organisation has set for its own refunds and claims; where it says nothing, the server's settings hold.</summary>
internal sealed record RefundTerms
{
    /// <summary>Whose.</summary>
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>Days after a delivery on which operators may give money back.</summary>
    public int? OperatorDays { get; init; }

    /// <summary>Days on which administrators may.</summary>
    public int? AdministratorDays { get; init; }

    /// <summary>Minor units of one sale that need no second person.</summary>
    public long? ApprovalAbove { get; init; }

    /// <summary>Days a request waits for its second person.</summary>
    public int? ExpireAfterDays { get; init; }

    /// <summary>Days after a delivery on which customers may claim.</summary>
    public int? ClaimDays { get; init; }

    /// <summary>Minor units of goodwill at a time.</summary>
    public long? GoodwillEach { get; init; }

    /// <summary>Minor units of goodwill a day.</summary>
    public long? GoodwillPerDay { get; init; }

    /// <summary>The organisation's own; empty ones where it has set nothing.</summary>
    public static async Task<RefundTerms> OfAsync(AutomatDb db, Id<Organization> organization, CancellationToken ct) =>
        await db.Set<RefundTerms>().AsNoTracking().SingleOrDefaultAsync(t => t.OrganizationId == organization, ct)
        ?? new RefundTerms { OrganizationId = organization };
}

internal sealed class RefundTermsTable : ITables
{
    public void Map(ModelBuilder model) => model.Entity<RefundTerms>(terms =>
    {
        terms.ToTable("refund_terms");
        terms.IsAudited("refund_terms");
        terms.HasKey(t => t.OrganizationId);
        terms.Property(t => t.OrganizationId).IsId();
    });
}
