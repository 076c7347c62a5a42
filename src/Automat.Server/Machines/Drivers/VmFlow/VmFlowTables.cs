using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Drivers.VmFlow;

/// <summary>A credit a board was given, with what it said of itself before; kept until it is known what became of it.</summary>
internal sealed record CreditRow
{
    public required Id<MachineCommand> CommandId { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required MachineId MachineId { get; init; }

    public required int Units { get; init; }

    public required DateTimeOffset SentAt { get; init; }

    public required long SuccessBefore { get; init; }

    public required DateTimeOffset BoardStartedAt { get; init; }

    /// <summary>What became of it, a stable word; null while that is not known.</summary>
    public string? Outcome { get; init; }

    /// <summary>When the machine's audit data was last asked for since; null while nobody has.</summary>
    public DateTimeOffset? DexAskedAt { get; init; }

    public GivenCredit Credit => new(Units, SentAt, SuccessBefore, BoardStartedAt);
}

/// <summary>What a board reported.</summary>
internal enum ReportKind
{
    /// <summary>A cash sale.</summary>
    Sale,

    /// <summary>A failed vend; its amount is in MDB units.</summary>
    VendFail,

    /// <summary>People counted; the number is the amount.</summary>
    Pax,

    /// <summary>Audit data as text.</summary>
    Dex,
}

/// <summary>Something a board reported; kept once, because it may come twice and years late.</summary>
internal sealed record BoardReport
{
    public required Id<BoardReport> Id { get; init; }

    public required Id<Organization> OrganizationId { get; init; }

    public required MachineId MachineId { get; init; }

    public required ReportKind Kind { get; init; }

    /// <summary>By the board's clock.</summary>
    public required DateTimeOffset At { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Cents of a sale, MDB units of a failure, people counted, bytes of audit data.</summary>
    public required long Amount { get; init; }

    /// <summary>MDB item number with its flag bits; −1 where there is none.</summary>
    public required int Item { get; init; }

    /// <summary>It came outside the window its signature is meant for.</summary>
    public bool Late { get; init; }

    /// <summary>No signature vouches for it.</summary>
    public bool Insecure { get; init; }

    /// <summary>The sale it became.</summary>
    public Id<Vend>? VendId { get; init; }

    /// <summary>Minor units booked.</summary>
    public long? Booked { get; init; }

    /// <summary>Why it had no effect, a stable word.</summary>
    public string? Refused { get; init; }

    /// <summary>The audit data itself.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Nothing is left to do.</summary>
    public bool IsDone => VendId is not null || Refused is not null || Kind is not ReportKind.Sale;
}

internal sealed class VmFlowTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<CreditRow>(credit =>
        {
            credit.ToTable("vmflow_credits");
            credit.IsNotAudited("What a board said before a sale; the sale is in the ledger.");
            credit.HasKey(c => c.CommandId);
            credit.Property(c => c.CommandId).IsId();
            credit.Property(c => c.OrganizationId).IsId();
            credit.Property(c => c.Outcome).HasMaxLength(64);
            credit.Ignore(c => c.Credit);
            // Credits of a board that are in doubt, newest first.
            credit.HasIndex(c => new { c.MachineId, c.SentAt }).HasFilter("outcome is null").HasDatabaseName("ix_vmflow_credits_open");
            // Credits a board forgot, which its machine's counters may still tell of.
            credit.HasIndex(c => new { c.MachineId, c.Outcome, c.SentAt })
                .HasFilter("outcome in ('board_restarted', 'machine_reset', 'no_evidence')").HasDatabaseName("ix_vmflow_credits_lost");
        });
        model.Entity<BoardReport>(report =>
        {
            report.ToTable("vmflow_reports");
            report.IsNotAudited("A log of what boards tell; what follows from it is in the ledger.");
            report.HasKey(r => r.Id);
            report.Property(r => r.Id).IsId();
            report.Property(r => r.OrganizationId).IsId();
            report.Property(r => r.VendId).IsId();
            report.Property(r => r.Refused).HasMaxLength(64);
            report.Ignore(r => r.IsDone);
            // A report is had once, however often it comes.
            report.HasIndex(r => new { r.MachineId, r.Kind, r.At, r.Amount, r.Item }).IsUnique();
            report.HasIndex(r => new { r.MachineId, r.ReceivedAt }); // the newest of a board, and those of a day
            report.HasIndex(r => r.ReceivedAt); // what is old enough to go
        });
    }
}
