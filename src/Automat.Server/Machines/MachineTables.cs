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
            machine.IsAudited("machine");
            machine.HasKey(m => m.Id);
            machine.Property(m => m.OrganizationId).IsId();
            machine.Property(m => m.Name).HasMaxLength(100).MayBeShown("what a machine is called");
            machine.Property(m => m.Location).HasMaxLength(200);
            machine.Property(m => m.Group).HasColumnName("machine_group").HasMaxLength(60);
            machine.Property(m => m.Driver).HasMaxLength(32);
            machine.Property(m => m.TimeZone).HasMaxLength(64);
            machine.Property(m => m.Settings).HasColumnType("jsonb");
            machine.HasIndex(m => m.OrganizationId); // an organisation's machines
        });
        model.Entity<MachineSecret>(secret =>
        {
            secret.ToTable("machine_secrets");
            secret.IsAudited("machine_secret");
            secret.HasKey(s => s.Id);
            secret.Property(s => s.Id).IsId();
            secret.Property(s => s.OrganizationId).IsId();
            secret.Property(s => s.ProtectedSecret).IsSecret();
            secret.HasIndex(s => s.MachineId); // what a machine signs in with
        });
        model.Entity<Enrolment>(enrolment =>
        {
            enrolment.ToTable("machine_enrolments");
            enrolment.IsAudited("machine_enrolment");
            enrolment.HasKey(e => e.Id);
            enrolment.Property(e => e.Id).IsId();
            enrolment.Property(e => e.OrganizationId).IsId();
            enrolment.Property(e => e.CodeHash).IsSecret();
            enrolment.Property(e => e.CreatedBy).HasMaxLength(100);
            enrolment.HasIndex(e => e.CodeHash).IsUnique(); // look-up by the code that was typed
            enrolment.HasIndex(e => e.MachineId); // a new code ends the old one
        });
        model.Entity<StatusRow>(status =>
        {
            status.ToTable("machine_statuses");
            status.IsNotAudited("What a machine tells of itself, several times a minute.");
            status.HasKey(s => s.MachineId);
            status.Property(s => s.OrganizationId).IsId();
            status.Property(s => s.WhyNot).HasMaxLength(64);
            status.Property(s => s.Firmware).HasMaxLength(64);
            status.Property(s => s.ConfigEtag).HasMaxLength(128);
            status.Property(s => s.Faults).HasColumnType("jsonb");
            status.Property(s => s.Temperatures).HasColumnType("jsonb");
            status.Property(s => s.Counters).HasColumnType("jsonb");
            status.Property(s => s.ToldAt).HasDefaultValueSql("clock_timestamp()");
            status.HasIndex(s => s.ToldAt); // what other nodes have written since the last look
        });
        model.Entity<Outage>(outage =>
        {
            outage.ToTable("machine_outages");
            outage.IsNotAudited("Made from what machines tell; it is a log by itself.");
            outage.HasKey(o => o.Id);
            outage.Property(o => o.Id).IsId();
            outage.Property(o => o.OrganizationId).IsId();
            outage.Property(o => o.Reason).HasMaxLength(64);
            outage.HasIndex(o => new { o.MachineId, o.From }); // a machine's outages, newest first
            outage.HasIndex(o => o.MachineId).IsUnique().HasFilter("\"to\" is null")
                .HasDatabaseName("ux_machine_outages_open"); // one at a time
        });
        model.Entity<Slot>(slot =>
        {
            slot.ToTable("slots", t => t.HasCheckConstraint("ck_slots_counts", "stock >= 0 and reserved >= 0"));
            slot.IsAudited("slot");
            slot.HasKey(s => new { s.MachineId, s.Code });
            slot.Property(s => s.Code).HasMaxLength(16).MayBeShown("a place in a machine, such as A1");
            slot.Property(s => s.OrganizationId).IsId();
            slot.Property(s => s.ProductId).IsId();
            slot.Property(s => s.Reserved).IsNotAudited("Sales move it; each is in the ledger.");
            slot.Ignore(s => s.Available);
            // Where a product lies, and what is low: not on the stock, which every sale moves.
            slot.HasIndex(s => new { s.OrganizationId, s.ProductId });
        });
        model.Entity<MachineCommand>(command =>
        {
            command.ToTable("machine_commands");
            command.IsNotAudited("The journal's outbox, a log by itself; what staff ask of a machine is noted.");
            command.HasKey(c => c.Id);
            command.Property(c => c.Id).IsId();
            command.Property(c => c.OrganizationId).IsId();
            command.Property(c => c.VendId).IsId();
            command.Property(c => c.Kind).HasMaxLength(32);
            command.Property(c => c.Payload).HasColumnType("jsonb");
            command.Property(c => c.Outcome).HasMaxLength(64);
            command.Property(c => c.AskedBy).HasMaxLength(100).HasDefaultValue("sale");
            command.HasIndex(c => new { c.MachineId, c.Id }).HasDatabaseName("ix_machine_commands_log"); // what a machine was told, newest first
            // The queue of each machine: what is waiting or on its way, oldest first.
            command.HasIndex(c => new { c.MachineId, c.Id }).HasFilter("state in ('Waiting', 'Sending')")
                .HasDatabaseName("ix_machine_commands_open");
            command.HasIndex(c => c.VendId); // the commands of a sale
        });
    }
}
