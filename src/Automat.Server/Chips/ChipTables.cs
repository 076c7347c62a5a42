using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace Automat.Server.Chips;

internal sealed class ChipTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<Chip>(Map);
        model.Entity<ChipKey>(key =>
        {
            key.ToTable("chip_keys");
            key.IsNotAudited("Never changed; chip_key.rotated is noted when staff ask for a new one.");
            key.HasKey(k => new { k.OrganizationId, k.Version });
            key.Property(k => k.OrganizationId).IsId();
        });
        model.Entity<ChipGroup>(group =>
        {
            group.ToTable("chip_groups");
            group.IsAudited("chip_group");
            group.HasKey(g => g.Id);
            group.Property(g => g.Id).IsId();
            group.Property(g => g.OrganizationId).IsId();
            group.Property(g => g.Name).HasMaxLength(60).MayBeShown("what several chips are called");
            group.Property(g => g.Limits).HasColumnType("jsonb");
            group.Property(g => g.Allowance).HasColumnType("jsonb");
            group.HasIndex(g => new { g.OrganizationId, g.Name }).IsUnique(); // found by its name
        });
        model.Entity<ChipSettings>(settings =>
        {
            settings.ToTable("chip_settings");
            settings.IsAudited("chip_settings");
            settings.HasKey(s => s.OrganizationId);
            settings.Property(s => s.OrganizationId).IsId();
            settings.Property(s => s.Limits).HasColumnType("jsonb");
            settings.Property(s => s.TimeZone).HasMaxLength(64);
        });
        model.Entity<ChipHolder>(holder =>
        {
            holder.ToTable("chip_holders");
            holder.IsAudited("chip_holder");
            holder.HasKey(h => h.ChipId);
            holder.Property(h => h.ChipId).IsId();
            holder.Property(h => h.OrganizationId).IsId();
            holder.Property(h => h.Name).HasMaxLength(200).IsPersonal();
            holder.Property(h => h.Email).HasMaxLength(254).IsPersonal();
        });
        model.Entity<ChipStateChange>(change =>
        {
            change.ToTable("chip_states");
            change.IsNotAudited("A log by itself; the change of the chip is audited.");
            change.HasKey(s => s.Id);
            change.Property(s => s.Id).IsId();
            change.Property(s => s.OrganizationId).IsId();
            change.Property(s => s.ChipId).IsId();
            change.Property(s => s.Reason).HasMaxLength(200);
            change.Property(s => s.Actor).HasMaxLength(100);
            change.HasIndex(s => new { s.ChipId, s.Id }); // a chip's history
        });
        model.Entity<ChipCredit>(credit =>
        {
            credit.ToTable("chip_credits");
            credit.IsNotAudited("The journal writes it; giving and taking back are in the ledger.");
            credit.HasKey(c => c.Id);
            credit.Property(c => c.Id).IsId();
            credit.Property(c => c.OrganizationId).IsId();
            credit.Property(c => c.ChipId).IsId();
            credit.Property(c => c.Source).HasMaxLength(32);
            credit.Ignore(c => c.Fact);
            credit.HasIndex(c => c.ChipId); // what a chip has of it
            credit.HasIndex(c => c.ExpiresAt).HasFilter("closed_at is null").HasDatabaseName("ix_chip_credits_open"); // what has to go
        });
    }

    private static void Map(EntityTypeBuilder<Chip> chip)
    {
        chip.ToTable("chips", t => t.HasCheckConstraint("ck_chips_credit_line", "credit_line >= 0"));
        chip.IsAudited("chip");
        chip.HasKey(c => c.Id);
        chip.Property(c => c.Id).IsId();
        chip.Property(c => c.OrganizationId).IsId();
        chip.Property(c => c.GroupId).IsId();
        chip.Property(c => c.ReplacedBy).IsId();
        chip.Property(c => c.UidHash).IsSecret();
        chip.Property(c => c.KeyVersion).HasDefaultValue(1).MayBeShown("the number of a key, not the key");
        chip.Property(c => c.Label).HasMaxLength(100);
        chip.Property(c => c.Reference).HasMaxLength(100);
        chip.Property(c => c.StateReason).HasMaxLength(200);
        chip.Property(c => c.Limits).HasColumnType("jsonb");
        chip.Property(c => c.Allowance).HasColumnType("jsonb");
        chip.Property(c => c.AllowanceThrough).HasMaxLength(16).IsNotAudited("A worker notes how far it is; what it books is in the ledger.");
        chip.Ignore(c => c.Tender);
        chip.Ignore(c => c.PaysWith);
        chip.Ignore(c => c.Marks);
        chip.Ignore(c => c.Rules);
        chip.Ignore(c => c.Grant);
        chip.HasIndex(c => new { c.OrganizationId, c.UidHash }).IsUnique(); // a chip at a reader is found by it
        chip.HasIndex(c => new { c.OrganizationId, c.Reference }).HasFilter("reference is not null"); // by what others know it by
        chip.HasIndex(c => new { c.OrganizationId, c.Id }); // an organisation's chips in the order they were issued
        chip.HasIndex(c => new { c.OrganizationId, c.Label, c.Id }); // and by what they are called
        chip.HasIndex(c => c.GroupId).HasFilter("group_id is not null"); // a group's chips
        // Chips that took another's place are looked after: money that still comes back to the old one moves on.
        chip.HasIndex(c => c.OrganizationId).HasFilter("replaced_by is not null").HasDatabaseName("ix_chips_replaced");
    }
}
