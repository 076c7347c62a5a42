using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Reports;

/// <summary>
/// How a slot stands by the log of goods, as far as it was read: whether there is something in it, since when, and how fast it
/// sells while there is. Computed from the log; never changed by anybody else.
/// </summary>
internal sealed record SlotClock
{
    public required Id<Organization> OrganizationId { get; init; }

    public required MachineId MachineId { get; init; }

    public required string Slot { get; init; }

    /// <summary>What lies there, or lay there last.</summary>
    public required Guid ProductId { get; init; }

    /// <summary>How many pieces.</summary>
    public required int Level { get; init; }

    /// <summary>Since when it is so; null while the slot is not to be looked at: its goods were taken out of the range.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>How long there was something in it, what is long ago counting less.</summary>
    public required double StockedSeconds { get; init; }

    /// <summary>What it sold in that time, what is long ago counting less.</summary>
    public required double Pieces { get; init; }
}

/// <summary>How long a slot stood empty on a day, and what it would have sold, estimated.</summary>
internal sealed record SoldOutDay
{
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The day, in the zone reports are counted in.</summary>
    public required DateOnly Day { get; init; }

    public required MachineId MachineId { get; init; }

    public required string Slot { get; init; }

    /// <summary>What was missing.</summary>
    public required Guid ProductId { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Pieces, by how fast the slot sold when it ran out.</summary>
    public required double Missed { get; init; }
}

/// <summary>How far an organisation's log of goods was read.</summary>
internal sealed record SoldOutMark
{
    public required Id<Organization> OrganizationId { get; init; }

    /// <summary>The last movement that was looked at.</summary>
    public required long Number { get; init; }

    public required DateTimeOffset At { get; init; }
}

internal sealed class SoldOutTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<SlotClock>(clock =>
        {
            clock.ToTable("slot_clocks");
            clock.IsNotAudited("Computed from the log of goods.");
            clock.HasKey(c => new { c.MachineId, c.Slot });
            clock.Property(c => c.OrganizationId).IsId();
            clock.Property(c => c.Slot).HasMaxLength(16);
            // What stands empty now.
            clock.HasIndex(c => c.OrganizationId).HasFilter("level <= 0 and since is not null").HasDatabaseName("ix_slot_clocks_empty");
        });
        model.Entity<SoldOutDay>(day =>
        {
            day.ToTable("sold_out_days");
            day.IsNotAudited("Computed from the log of goods.");
            // The days of a report, in order.
            day.HasKey(d => new { d.OrganizationId, d.Day, d.MachineId, d.Slot, d.ProductId });
            day.Property(d => d.OrganizationId).IsId();
            day.Property(d => d.Slot).HasMaxLength(16);
        });
        model.Entity<SoldOutMark>(mark =>
        {
            mark.ToTable("sold_out_marks");
            mark.IsNotAudited("It says how far the log was read.");
            mark.HasKey(m => m.OrganizationId);
            mark.Property(m => m.OrganizationId).IsId();
        });
    }
}
