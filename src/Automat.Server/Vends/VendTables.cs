using System.Text.Json;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Automat.Server.Vends;

internal sealed class VendTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<NotedCounter>(noted =>
        {
            noted.ToTable("vend_counters");
            noted.IsNotAudited("What a machine tells of itself.");
            noted.HasKey(n => n.VendId);
            noted.Property(n => n.VendId).IsId();
            noted.Property(n => n.OrganizationId).IsId();
        });
        model.Entity<Vend>(Map);
    }

    private static void Map(EntityTypeBuilder<Vend> vend)
    {
        vend.ToTable("vends");
        vend.IsNotAudited("The journal writes it; every step is in the ledger.");
        vend.HasKey(v => v.Id);
        vend.Property(v => v.Id).IsId();
        vend.Property(v => v.Organization).IsId().HasColumnName("organization_id");
        vend.Property(v => v.Machine).HasColumnName("machine_id");
        vend.ComplexProperty(v => v.Tender, tender =>
        {
            tender.Property(t => t.Kind).HasColumnName("tender_kind");
            tender.Property(t => t.Reference).HasColumnName("tender_reference").HasMaxLength(100);
            tender.Ignore(t => t.Account);
            tender.Ignore(t => t.IsChip);
            tender.Ignore(t => t.IsTest);
            tender.Ignore(t => t.BackAccount);
            tender.Ignore(t => t.RefundAccount);
        });
        vend.ComplexProperty(v => v.Amount, amount =>
        {
            amount.Property(a => a.Amount).HasColumnName("amount");
            amount.Property(a => a.Currency).HasColumnName("currency");
        });
        vend.Property(v => v.Lines).HasColumnType("jsonb").HasConversion(
            lines => JsonSerializer.Serialize(lines, JsonSerializerOptions.Default),
            json => JsonSerializer.Deserialize<List<VendLine>>(json, JsonSerializerOptions.Default)!,
            new ValueComparer<IReadOnlyList<VendLine>>((a, b) => a!.SequenceEqual(b!), l => l.Count, l => l));
        vend.Property(v => v.Reason).HasMaxLength(64);
        vend.Property(v => v.Code).HasMaxLength(16);
        vend.Property(v => v.Session).HasMaxLength(255);
        vend.Property(v => v.Intent).HasMaxLength(255);
        // A pick-up code names one open sale of a machine.
        vend.HasIndex(v => new { v.Machine, v.Code }).IsUnique()
            .HasFilter("code is not null and status in ('Reserved', 'Delivering', 'Unknown')")
            .HasDatabaseName("ux_vends_live_code");
        // That a chip pays for one thing at a time is ux_vends_open_chip, in a migration of its own: EF cannot say an index
        // on a part of a complex property.
        // What has to end by itself.
        vend.HasIndex(v => v.Deadline).HasFilter("status in ('Reserved', 'Delivering', 'Unknown')")
            .HasDatabaseName("ix_vends_open_deadline");
        // Whether somebody is buying at a machine.
        vend.HasIndex(v => v.Machine).HasFilter("status in ('Reserved', 'Delivering')").HasDatabaseName("ix_vends_buying");
        // What nobody knows the end of: staff look at them.
        vend.HasIndex(v => new { v.Organization, v.Id }).HasFilter("status = 'Unknown'").HasDatabaseName("ix_vends_unknown");
        vend.HasIndex(v => new { v.Machine, v.ReservedAt }); // a machine's sales
        vend.HasIndex(v => new { v.Organization, v.ReservedAt }); // an organisation's sales, newest first, and a day's
        // What went otherwise than it should: few, and looked for by how it ended.
        vend.HasIndex(v => new { v.Organization, v.Status, v.ReservedAt })
            .HasFilter("status in ('Cancelled', 'PartlyRefunded', 'Refunded')").HasDatabaseName("ix_vends_ended_otherwise");
        vend.HasIndex(v => v.Session).IsUnique(); // a payment is taken once
        vend.HasIndex(v => v.Intent); // refunds and disputes name the payment
    }
}
