using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines;

internal sealed class MachineTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<Machine>(machine =>
        {
            machine.ToTable("machines");
            machine.HasKey(m => m.Id);
            machine.Property(m => m.OrganizationId).IsId();
            machine.Property(m => m.Name).HasMaxLength(100);
            machine.Property(m => m.Location).HasMaxLength(200);
            machine.Property(m => m.Driver).HasMaxLength(32);
            machine.Property(m => m.TimeZone).HasMaxLength(64);
            machine.Property(m => m.Settings).HasColumnType("jsonb");
            machine.HasIndex(m => m.OrganizationId); // an organisation's machines
        });
        model.Entity<MachineSecret>(secret =>
        {
            secret.ToTable("machine_secrets");
            secret.HasKey(s => s.Id);
            secret.Property(s => s.Id).IsId();
            secret.Property(s => s.OrganizationId).IsId();
            secret.HasIndex(s => s.MachineId); // what a machine signs in with
        });
        model.Entity<Slot>(slot =>
        {
            slot.ToTable("slots", t => t.HasCheckConstraint("ck_slots_counts", "stock >= 0 and reserved >= 0"));
            slot.HasKey(s => new { s.MachineId, s.Code });
            slot.Property(s => s.Code).HasMaxLength(16);
            slot.Property(s => s.OrganizationId).IsId();
            slot.Property(s => s.ProductId).IsId();
            slot.Ignore(s => s.Available);
        });
        model.Entity<MachineCommand>(command =>
        {
            command.ToTable("machine_commands");
            command.HasKey(c => c.Id);
            command.Property(c => c.Id).IsId();
            command.Property(c => c.OrganizationId).IsId();
            command.Property(c => c.VendId).IsId();
            command.Property(c => c.Kind).HasMaxLength(32);
            command.Property(c => c.Payload).HasColumnType("jsonb");
            command.Property(c => c.Outcome).HasMaxLength(64);
            // The queue of each machine: what is waiting or on its way, oldest first.
            command.HasIndex(c => new { c.MachineId, c.Id }).HasFilter("state in ('Waiting', 'Sending')")
                .HasDatabaseName("ix_machine_commands_open");
            command.HasIndex(c => c.VendId); // the commands of a sale
        });
    }
}
