using Automat.Domain.Claims;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Refunds;

internal sealed class ClaimTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<Claim>(claim =>
        {
            claim.ToTable("claims");
            claim.IsNotAudited("The journal writes it and notes each step in the same transaction.");
            claim.HasKey(c => c.Id);
            claim.Property(c => c.Id).IsId();
            claim.Property(c => c.OrganizationId).IsId();
            claim.Property(c => c.VendId).IsId();
            claim.Property(c => c.RefundId).IsId();
            claim.Property(c => c.Text).HasMaxLength(500);
            claim.Property(c => c.Email).HasMaxLength(256);
            claim.Property(c => c.Language).HasMaxLength(8);
            claim.Property(c => c.Answer).HasMaxLength(500);
            claim.Property(c => c.DecidedBy).HasMaxLength(100);
            claim.HasIndex(c => c.VendId).IsUnique(); // one claim for each sale
            claim.HasIndex(c => new { c.OrganizationId, c.Id }); // the list
            // What staff have to look at.
            claim.HasIndex(c => new { c.OrganizationId, c.CreatedAt }).HasFilter("status = 'Waiting'")
                .HasDatabaseName("ix_claims_waiting");
            // Who is still to be told by mail.
            claim.HasIndex(c => c.DecidedAt).HasFilter("email is not null and told_at is null and status <> 'Waiting'")
                .HasDatabaseName("ix_claims_untold");
            claim.HasIndex(c => c.CreatedAt).HasFilter("email is not null or text is not null")
                .HasDatabaseName("ix_claims_personal"); // what is to be forgotten
        });
        model.Entity<GoodwillDay>(day =>
        {
            day.ToTable("goodwill_days");
            day.IsNotAudited("The sum of what the claims say.");
            day.HasKey(d => new { d.OrganizationId, d.Day, d.Currency });
            day.Property(d => d.OrganizationId).IsId();
        });
    }
}
