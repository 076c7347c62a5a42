using System.Text.Json;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;

namespace Automat.Server.Payments;

internal sealed class PaymentTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<Purchase>(purchase =>
        {
            purchase.ToTable("purchases");
            purchase.IsNotAudited("The journal writes it; what it came to is in the ledger.");
            purchase.HasKey(p => p.Id);
            purchase.Property(p => p.Id).IsId();
            purchase.Property(p => p.OrganizationId).IsId();
            purchase.Property(p => p.VendId).IsId();
            purchase.Property(p => p.Lines).HasColumnType("jsonb").HasConversion(
                lines => JsonSerializer.Serialize(lines, JsonSerializerOptions.Default),
                json => JsonSerializer.Deserialize<List<VendLine>>(json, JsonSerializerOptions.Default)!,
                new ValueComparer<IReadOnlyList<VendLine>>(
                    (a, b) => a!.SequenceEqual(b!), lines => lines.Count, lines => lines));
            purchase.Property(p => p.Provider).HasMaxLength(32);
            purchase.Property(p => p.SessionId).HasMaxLength(255);
            purchase.Property(p => p.IntentId).HasMaxLength(255);
            purchase.Property(p => p.Email).HasMaxLength(512);
            purchase.Property(p => p.Reason).HasMaxLength(64);
            purchase.HasIndex(p => p.SessionId).IsUnique(); // a pay page buys once
            purchase.HasIndex(p => p.TokenHash).IsUnique(); // the customer's link
            purchase.HasIndex(p => p.IntentId); // refunds and disputes name the payment
            // What the reconciler still has to ask the provider about.
            purchase.HasIndex(p => p.CreatedAt).HasFilter("status in ('Open', 'AwaitingPayment')");
        });
        model.Entity<MachineLink>(link =>
        {
            link.ToTable("machine_links");
            link.IsAudited("payment_link");
            link.HasKey(l => l.Id);
            link.Property(l => l.Id).HasMaxLength(255);
            link.Property(l => l.OrganizationId).IsId();
            link.Property(l => l.PriceId).HasMaxLength(255);
            link.Property(l => l.Url).HasMaxLength(2048);
            link.HasIndex(l => new { l.MachineId, l.PriceId, l.Quantity }); // the link made before for the same wish
        });
        model.Entity<Payback>(payback =>
        {
            payback.ToTable("paybacks");
            payback.IsNotAudited("The journal writes it; what it came to is in the ledger.");
            payback.HasKey(p => p.Id);
            payback.Property(p => p.Id).IsId();
            payback.Property(p => p.OrganizationId).IsId();
            payback.Property(p => p.VendId).IsId();
            payback.Property(p => p.Provider).HasMaxLength(32);
            payback.Property(p => p.SessionId).HasMaxLength(255);
            payback.Property(p => p.IntentId).HasMaxLength(255);
            payback.Property(p => p.Reason).HasMaxLength(64);
            payback.Property(p => p.RefundId).HasMaxLength(255);
            payback.Property(p => p.Error).HasMaxLength(200);
            payback.HasIndex(p => p.NextAttemptAt).HasFilter("status in ('Owed', 'Pending')"); // what is due
            payback.HasIndex(p => p.VendId); // the paybacks of a sale
            payback.HasIndex(p => p.CheckedAt).HasFilter("status = 'Paid'").HasDatabaseName("ix_paybacks_checked"); // to be asked about again
            // What a person has to solve, and how much there is of it.
            payback.HasIndex(p => new { p.OrganizationId, p.Id }).HasFilter("status = 'Failed'").HasDatabaseName("ix_paybacks_failed");
            payback.HasIndex(p => p.RefundId).IsUnique(); // a refund is booked once
        });
        model.Entity<InboxEvent>(inbox =>
        {
            inbox.ToTable("inbox_events");
            inbox.IsNotAudited("What providers tell; it is a log by itself.");
            inbox.HasKey(e => e.Id);
            inbox.Property(e => e.Id).HasMaxLength(255);
            inbox.Property(e => e.OrganizationId).IsId();
            inbox.Property(e => e.Provider).HasMaxLength(32);
            inbox.Property(e => e.Type).HasMaxLength(100);
            inbox.Property(e => e.Error).HasMaxLength(200);
            inbox.HasIndex(e => e.NextAttemptAt).HasFilter("status = 'Waiting'"); // what is due
        });
    }
}
