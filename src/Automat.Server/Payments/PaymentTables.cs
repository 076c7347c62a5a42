using System.Text.Json;
using Automat.Domain.Holds;
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
            purchase.Property(p => p.Offer).HasColumnType("jsonb").HasConversion(
                offer => JsonSerializer.Serialize(offer, JsonSerializerOptions.Default),
                json => JsonSerializer.Deserialize<List<VendLine>>(json, JsonSerializerOptions.Default)!,
                new ValueComparer<IReadOnlyList<VendLine>?>(
                    (a, b) => a == b || (a != null && b != null && a.SequenceEqual(b)), offer => offer == null ? 0 : offer.Count,
                    offer => offer));
            purchase.Property(p => p.Card).HasColumnType("jsonb").HasConversion(
                card => JsonSerializer.Serialize(card, JsonSerializerOptions.Default),
                json => JsonSerializer.Deserialize<KeptCard>(json, JsonSerializerOptions.Default)!);
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
        model.Entity<CardHold>(hold =>
        {
            hold.ToTable("card_holds");
            hold.IsNotAudited("The journal writes it; what it came to is in the ledger.");
            hold.HasKey(h => h.VendId);
            hold.Property(h => h.VendId).IsId();
            hold.Property(h => h.OrganizationId).IsId();
            hold.Property(h => h.Provider).HasMaxLength(32);
            hold.Property(h => h.IntentId).HasMaxLength(255);
            hold.Property(h => h.CustomerId).HasMaxLength(255);
            hold.Property(h => h.MethodId).HasMaxLength(255);
            hold.Property(h => h.Card).HasMaxLength(255);
            hold.Property(h => h.Error).HasMaxLength(200);
            hold.Property(h => h.Offer).HasColumnType("jsonb").HasConversion(
                offer => JsonSerializer.Serialize(offer, JsonSerializerOptions.Default),
                json => JsonSerializer.Deserialize<List<VendLine>>(json, JsonSerializerOptions.Default)!,
                new ValueComparer<IReadOnlyList<VendLine>>((a, b) => a!.SequenceEqual(b!), l => l.Count, l => l));
            hold.Property(h => h.Basket).HasColumnType("jsonb").HasConversion(
                basket => JsonSerializer.Serialize(basket, JsonSerializerOptions.Default),
                json => JsonSerializer.Deserialize<List<BasketItem>>(json, JsonSerializerOptions.Default)!,
                new ValueComparer<IReadOnlyList<BasketItem>>((a, b) => a!.SequenceEqual(b!), l => l.Count, l => l));
            hold.HasIndex(h => h.IntentId).IsUnique(); // a payment holds for one sale; its events name it
            // What the provider has to be asked about.
            hold.HasIndex(h => h.NextAttemptAt).HasFilter("status in ('Held', 'Capturing', 'Releasing')")
                .HasDatabaseName("ix_card_holds_due");
        });
        model.Entity<Debt>(debt =>
        {
            debt.ToTable("debts");
            debt.IsNotAudited("The journal writes it; what it came to is in the ledger.");
            debt.HasKey(d => d.Id);
            debt.Property(d => d.Id).IsId();
            debt.Property(d => d.OrganizationId).IsId();
            debt.Property(d => d.VendId).IsId();
            debt.Property(d => d.Provider).HasMaxLength(32);
            debt.Property(d => d.CustomerId).HasMaxLength(255);
            debt.Property(d => d.MethodId).HasMaxLength(255);
            debt.Property(d => d.Card).HasMaxLength(255);
            debt.Property(d => d.Reason).HasMaxLength(64);
            debt.Property(d => d.Error).HasMaxLength(200);
            debt.Property(d => d.IntentId).HasMaxLength(255);
            debt.HasIndex(d => d.VendId); // the debts of a sale
            debt.HasIndex(d => new { d.OrganizationId, d.Status, d.Id }); // staff's list
            debt.HasIndex(d => d.NextAttemptAt).HasFilter("status = 'Owed' and next_attempt_at is not null")
                .HasDatabaseName("ix_debts_due");
            // Whether a card or a customer owes anything.
            debt.HasIndex(d => new { d.OrganizationId, d.Card }).HasFilter("status = 'Owed'").HasDatabaseName("ix_debts_card");
            debt.HasIndex(d => new { d.OrganizationId, d.CustomerId }).HasFilter("status = 'Owed'")
                .HasDatabaseName("ix_debts_customer");
        });
        model.Entity<DisputeCase>(dispute =>
        {
            dispute.ToTable("disputes");
            dispute.IsNotAudited("The journal writes it as the provider tells it; what it came to is in the ledger.");
            dispute.HasKey(d => d.Id);
            dispute.Property(d => d.Id).HasMaxLength(255);
            dispute.Property(d => d.OrganizationId).IsId();
            dispute.Property(d => d.VendId).IsId();
            dispute.Property(d => d.Provider).HasMaxLength(32);
            dispute.Property(d => d.IntentId).HasMaxLength(255);
            dispute.Property(d => d.Reason).HasMaxLength(100);
            dispute.HasIndex(d => new { d.OrganizationId, d.OpenedAt }); // staff's list
            // What wants an answer, the most urgent first.
            dispute.HasIndex(d => new { d.OrganizationId, d.DueBy }).HasFilter("due_by is not null").HasDatabaseName("ix_disputes_due");
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
            inbox.Property(e => e.Subject).HasMaxLength(255);
            inbox.HasIndex(e => e.NextAttemptAt).HasFilter("status = 'Waiting'"); // what is due
            inbox.HasIndex(e => e.Subject).HasFilter("subject is not null"); // what was told of a payment
        });
    }
}
