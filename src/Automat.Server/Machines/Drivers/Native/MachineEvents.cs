using Automat.Domain;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.Native;

/// <summary>Something that happened at a machine, as it told us; kept once under its number.</summary>
internal sealed record MachineEvent
{
    public required MachineId MachineId { get; init; }

    public required long Sequence { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required string Type { get; init; }

    /// <summary>By the machine's clock; null when it did not say.</summary>
    public DateTimeOffset? At { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>The event as it was told.</summary>
    public required string Payload { get; init; }

    /// <summary>Why it had no effect, a stable word; null when it had.</summary>
    public string? Refused { get; init; }
}

/// <summary>Up to where a machine's events are here without a gap.</summary>
internal sealed record MachineEventMark
{
    public required MachineId MachineId { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required long Through { get; init; }

    /// <summary>Events below were had, and are kept no longer.</summary>
    public long KeptFrom { get; init; }
}

internal sealed class NativeTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<MachineEvent>(happened =>
        {
            happened.ToTable("machine_events");
            happened.IsNotAudited("What machines tell; it is a log by itself.");
            happened.HasKey(e => new { e.MachineId, e.Sequence }); // an event is kept once
            happened.Property(e => e.OrganizationId).IsId();
            happened.Property(e => e.Type).HasMaxLength(32);
            happened.Property(e => e.Payload).HasColumnType("jsonb");
            happened.Property(e => e.Refused).HasMaxLength(64);
            happened.HasIndex(e => new { e.OrganizationId, e.ReceivedAt }); // the newest of an organisation
        });
        model.Entity<SentConfig>(sent =>
        {
            sent.ToTable("machine_configs_sent");
            sent.IsNotAudited("What the server does by itself; what a configuration says is audited.");
            sent.HasKey(c => c.MachineId);
            sent.Property(c => c.OrganizationId).IsId();
            sent.Property(c => c.Version).HasMaxLength(64);
        });
        model.Entity<MachineEventMark>(mark =>
        {
            mark.ToTable("machine_event_marks");
            mark.IsNotAudited("Up to where that log has no gap.");
            mark.HasKey(m => m.MachineId);
            mark.Property(m => m.OrganizationId).IsId();
            mark.Property(m => m.KeptFrom).HasDefaultValue(1L);
        });
    }
}
