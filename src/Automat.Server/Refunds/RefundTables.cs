using Automat.Domain.Refunds;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Refunds;

internal sealed class RefundTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<RefundCase>(one =>
        {
            one.ToTable("refund_cases");
            one.IsNotAudited("The journal writes it and notes each step in the same transaction.");
            one.HasKey(c => c.Id);
            one.Property(c => c.Id).IsId();
            one.Property(c => c.OrganizationId).IsId();
            one.Property(c => c.VendId).IsId();
            one.Property(c => c.Reason).HasMaxLength(64);
            one.Property(c => c.Note).HasMaxLength(200);
            one.Property(c => c.Answer).HasMaxLength(200);
            one.Property(c => c.RequestedBy).HasMaxLength(100);
            one.Property(c => c.DecidedBy).HasMaxLength(100);
            one.HasIndex(c => c.VendId); // what was asked for of a sale
            one.HasIndex(c => new { c.OrganizationId, c.Id }); // the list, newest first
            // What waits for a second person; what nobody decided in time.
            one.HasIndex(c => c.ExpiresAt).HasFilter("status = 'Requested'").HasDatabaseName("ix_refund_cases_waiting");
        });
        model.Entity<CashPayout>(payout =>
        {
            payout.ToTable("cash_payouts");
            payout.IsNotAudited("The journal writes it and notes each step in the same transaction.");
            payout.HasKey(p => p.Id);
            payout.Property(p => p.Id).IsId();
            payout.Property(p => p.OrganizationId).IsId();
            payout.Property(p => p.VendId).IsId();
            payout.Property(p => p.PaidBy).HasMaxLength(100);
            payout.HasIndex(p => new { p.OrganizationId, p.CodeHash }).IsUnique(); // a code names one payout
            payout.HasIndex(p => new { p.OrganizationId, p.Id }).HasFilter("paid_at is null")
                .HasDatabaseName("ix_cash_payouts_owed"); // what is still to be handed out
        });
    }
}
