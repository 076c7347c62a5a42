using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Dex;

internal sealed class DexTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<DexRead>(read =>
        {
            read.ToTable("dex_reads");
            read.IsNotAudited("What a machine tells of itself; who brought it is noted.");
            read.HasKey(r => r.Id);
            read.Property(r => r.Id).IsId();
            read.Property(r => r.OrganizationId).IsId();
            read.Property(r => r.Serial).HasMaxLength(100);
            read.Property(r => r.Plan).HasColumnType("jsonb");
            read.HasIndex(r => new { r.MachineId, r.Hash }).IsUnique(); // a file is taken once
            read.HasIndex(r => new { r.MachineId, r.Id }); // a machine's files, newest first
            read.HasIndex(r => new { r.OrganizationId, r.Id }); // all files, newest first
            // What a crash left half done.
            read.HasIndex(r => r.ReceivedAt).HasFilter("status <> 'Done'").HasDatabaseName("ix_dex_reads_open");
        });
        model.Entity<DexVend>(vend =>
        {
            vend.ToTable("dex_vends");
            vend.IsNotAudited("Follows from the files; the sales themselves are in the ledger.");
            vend.HasKey(v => v.VendId); // a sale is counted once
            vend.Property(v => v.VendId).ValueGeneratedNever();
            vend.Property(v => v.OrganizationId).IsId();
            vend.Property(v => v.ReadId).IsId();
            vend.HasIndex(v => v.ReadId); // what a file counts
        });
        model.Entity<CashCollection>(collection =>
        {
            collection.ToTable("cash_collections");
            collection.IsNotAudited("The journal writes it and notes it in the same transaction.");
            collection.HasKey(c => c.Id);
            collection.Property(c => c.Id).IsId();
            collection.Property(c => c.OrganizationId).IsId();
            collection.Property(c => c.ReadId).IsId();
            collection.Property(c => c.Bag).HasMaxLength(40).MayBeShown("the number on a bag");
            collection.Property(c => c.CollectedBy).HasMaxLength(100);
            collection.HasIndex(c => new { c.MachineId, c.CollectedAt }); // a machine's collections, newest first
            collection.HasIndex(c => new { c.OrganizationId, c.Id }); // all of them
        });
    }
}
