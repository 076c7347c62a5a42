using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

internal sealed class ChipTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<Chip>(chip =>
        {
            chip.ToTable("chips");
            chip.HasKey(c => c.Id);
            chip.Property(c => c.Id).IsId();
            chip.Property(c => c.OrganizationId).IsId();
            chip.Property(c => c.Label).HasMaxLength(100);
            chip.Ignore(c => c.Tender);
            chip.HasIndex(c => new { c.OrganizationId, c.UidHash }).IsUnique(); // a chip at a reader is found by it
        });
        model.Entity<ChipKey>(key =>
        {
            key.ToTable("chip_keys");
            key.HasKey(k => k.OrganizationId);
            key.Property(k => k.OrganizationId).IsId();
        });
    }
}
