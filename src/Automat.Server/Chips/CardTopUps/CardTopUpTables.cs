using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips.CardTopUps;

internal sealed class CardTopUpTables : ITables
{
    public void Map(ModelBuilder model) => model.Entity<CardTopUp>(topUp =>
    {
        topUp.ToTable("card_top_ups", t => t.HasCheckConstraint("ck_card_top_ups_amount", "amount > 0"));
        topUp.IsNotAudited("The journal writes it and notes who opened it; what it came to is in the ledger.");
        topUp.HasKey(t => t.Id);
        topUp.Property(t => t.Id).IsId();
        topUp.Property(t => t.OrganizationId).IsId();
        topUp.Property(t => t.ChipId).IsId();
        topUp.Property(t => t.Provider).HasMaxLength(32);
        topUp.Property(t => t.SessionId).HasMaxLength(255);
        topUp.Property(t => t.IntentId).HasMaxLength(255);
        topUp.Property(t => t.Reason).HasMaxLength(64);
        topUp.HasIndex(t => t.SessionId).IsUnique(); // a pay page pays once
        topUp.HasIndex(t => t.IntentId).HasFilter("intent_id is not null"); // refunds name the payment
        topUp.HasIndex(t => new { t.ChipId, t.Id }); // a chip's latest
        // What the provider still has to be asked about.
        topUp.HasIndex(t => t.CreatedAt).HasFilter("status = 'Open'").HasDatabaseName("ix_card_top_ups_open");
    });
}
